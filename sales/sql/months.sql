-- Keep the sums by dealer and month, and by territory and month, with the sales records.
--
-- Reads:      sales_salesrecord (one partition a statement), sales_touched (dealer_id, kind, month: what may have
--             changed), sales_dealerfigures (territory_id, in_bin), {records} (a month's partition), {before} (its sums
--             as they were), {changed} (sales_changed, or a view of it and of months that were summed anew)
-- Writes:     sales_dealermonth, sales_territorymonth, sales_changed (what did change: old and new sums), {sums} (the
--             table that becomes a month's partition), sales_moved (temporary: what changed of territories)
-- Parameters: month, next_month (dates: the partition), whole (true: every dealer of the month is taken)
-- Index:      salesrecord_line_once (dealer_id, on ...), sales_dealermonth_pkey

-- step: make_touched
CREATE TEMP TABLE IF NOT EXISTS sales_touched (
    dealer_id bigint NOT NULL, kind varchar(12) COLLATE "C" NOT NULL, month date NOT NULL
) ON COMMIT DROP

-- step: make_changed
CREATE TEMP TABLE IF NOT EXISTS sales_changed (
    dealer_id bigint NOT NULL, kind varchar(12) COLLATE "C" NOT NULL, month date NOT NULL,
    old_quantity_e3 bigint NOT NULL, old_amount_e4 bigint NOT NULL, old_last_on date, old_order_days int NOT NULL,
    quantity_e3 bigint NOT NULL, amount_e4 bigint NOT NULL, records int NOT NULL, last_on date, order_days int NOT NULL,
    existed boolean NOT NULL
) ON COMMIT DROP

-- step: compare
INSERT INTO sales_changed
SELECT coalesce(n.dealer_id, o.dealer_id), coalesce(n.kind, o.kind), %(month)s,
       coalesce(o.quantity_e3, 0), coalesce(o.amount_e4, 0), o.last_on, coalesce(o.order_days, 0),
       coalesce(n.quantity_e3, 0), coalesce(n.amount_e4, 0), coalesce(n.records, 0), n.last_on,
       coalesce(n.order_days, 0),
       o.dealer_id IS NOT NULL
  FROM (SELECT r.dealer_id, r.kind,
               (sum(r.quantity) * 1000)::bigint AS quantity_e3, (sum(r.amount) * 10000)::bigint AS amount_e4,
               count(*)::int AS records,
               max(CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END) FILTER (WHERE r.quantity > 0)
                   AS last_on,
               coalesce(bit_or(1 << (CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END - %(month)s))
                            FILTER (WHERE r.quantity > 0), 0) AS order_days
          FROM sales_salesrecord r
         WHERE r."on" >= %(month)s AND r."on" < %(next_month)s
           AND (%(whole)s OR EXISTS (
                   SELECT FROM sales_touched t
                    WHERE t.month = %(month)s AND t.dealer_id = r.dealer_id AND t.kind = r.kind))
         GROUP BY r.dealer_id, r.kind) n
  FULL JOIN
       (SELECT m.* FROM sales_dealermonth m
         WHERE m.month = %(month)s
           AND (%(whole)s OR EXISTS (
                   SELECT FROM sales_touched t
                    WHERE t.month = %(month)s AND t.dealer_id = m.dealer_id AND t.kind = m.kind))) o
    ON o.dealer_id = n.dealer_id AND o.kind = n.kind
 WHERE (o.quantity_e3, o.amount_e4, o.records, o.last_on, o.order_days)
       IS DISTINCT FROM (n.quantity_e3, n.amount_e4, n.records, n.last_on, n.order_days)

-- step: sum_month
CREATE TABLE {sums} AS
SELECT r.dealer_id,
       sum((r.quantity * 1000)::bigint)::bigint AS quantity_e3, sum((r.amount * 10000)::bigint)::bigint AS amount_e4,
       %(month)s::date AS month,
       max(CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END) FILTER (WHERE r.quantity > 0) AS last_on,
       coalesce(bit_or(1 << (CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END - %(month)s))
                    FILTER (WHERE r.quantity > 0), 0) AS order_days,
       count(*)::int AS records, r.kind
  FROM {records} r
 GROUP BY r.dealer_id, r.kind

-- step: changed_rows
SELECT c.dealer_id, c.kind, c.month, c.old_quantity_e3, c.old_amount_e4, c.old_last_on, c.old_order_days,
       c.quantity_e3, c.amount_e4, c.last_on, c.order_days
  FROM sales_changed c

-- step: fresh_rows
SELECT n.dealer_id, n.kind, n.month, 0::bigint AS old_quantity_e3, 0::bigint AS old_amount_e4,
       NULL::date AS old_last_on, 0 AS old_order_days, n.quantity_e3, n.amount_e4, n.last_on, n.order_days
  FROM {sums} n

-- step: other_rows
SELECT coalesce(n.dealer_id, o.dealer_id) AS dealer_id, coalesce(n.kind, o.kind) AS kind,
       coalesce(n.month, o.month) AS month, coalesce(o.quantity_e3, 0) AS old_quantity_e3,
       coalesce(o.amount_e4, 0) AS old_amount_e4, o.last_on AS old_last_on, coalesce(o.order_days, 0) AS old_order_days,
       coalesce(n.quantity_e3, 0) AS quantity_e3, coalesce(n.amount_e4, 0) AS amount_e4, n.last_on,
       coalesce(n.order_days, 0) AS order_days
  FROM {sums} n
  FULL JOIN {before} o ON o.dealer_id = n.dealer_id AND o.kind = n.kind
 WHERE (o.quantity_e3, o.amount_e4, o.last_on, o.order_days)
       IS DISTINCT FROM (n.quantity_e3, n.amount_e4, n.last_on, n.order_days)

-- step: add_months
INSERT INTO sales_dealermonth (dealer_id, kind, month, quantity_e3, amount_e4, records, last_on, order_days)
SELECT c.dealer_id, c.kind, c.month, c.quantity_e3, c.amount_e4, c.records, c.last_on, c.order_days
  FROM sales_changed c
 WHERE NOT c.existed
 ORDER BY c.dealer_id, c.kind, c.month

-- step: put_months
-- A month at a time: without its day at hand the planner would read all months.
UPDATE sales_dealermonth m
   SET quantity_e3 = c.quantity_e3, amount_e4 = c.amount_e4, records = c.records, last_on = c.last_on,
       order_days = c.order_days
  FROM sales_changed c
 WHERE c.existed AND c.records > 0 AND c.month = %(month)s AND m.month = %(month)s
   AND m.dealer_id = c.dealer_id AND m.kind = c.kind

-- step: drop_months
DELETE FROM sales_dealermonth m
 USING sales_changed c
 WHERE c.records = 0 AND c.month = %(month)s AND m.month = %(month)s
   AND m.dealer_id = c.dealer_id AND m.kind = c.kind

-- step: move_territories
-- A table of its own, as what is inserted is never worked out by several processes.
CREATE TEMP TABLE sales_moved ON COMMIT DROP AS
SELECT f.territory_id, c.kind, c.month,
       sum(c.quantity_e3 - c.old_quantity_e3)::bigint AS quantity_e3,
       sum(c.amount_e4 - c.old_amount_e4)::bigint AS amount_e4
  FROM {changed} c
  JOIN sales_dealerfigures f ON f.dealer_id = c.dealer_id AND NOT f.in_bin
 GROUP BY f.territory_id, c.kind, c.month

-- step: put_territories
INSERT INTO sales_territorymonth AS t (territory_id, kind, month, quantity_e3, amount_e4)
SELECT m.territory_id, m.kind, m.month, m.quantity_e3, m.amount_e4
  FROM sales_moved m
 ORDER BY m.territory_id, m.kind, m.month
    ON CONFLICT (territory_id, kind, month) DO UPDATE
   SET quantity_e3 = t.quantity_e3 + excluded.quantity_e3, amount_e4 = t.amount_e4 + excluded.amount_e4

-- step: clear_territories
TRUNCATE sales_territorymonth

-- step: rebuild_territories
INSERT INTO sales_territorymonth (territory_id, kind, month, quantity_e3, amount_e4)
SELECT f.territory_id, m.kind, m.month, sum(m.quantity_e3)::bigint, sum(m.amount_e4)::bigint
  FROM sales_dealermonth m
  JOIN sales_dealerfigures f ON f.dealer_id = m.dealer_id AND NOT f.in_bin
 GROUP BY f.territory_id, m.kind, m.month

-- step: clear_months
TRUNCATE sales_dealermonth

-- step: rebuild_months
INSERT INTO sales_dealermonth (dealer_id, kind, month, quantity_e3, amount_e4, records, last_on, order_days)
SELECT r.dealer_id, r.kind, %(month)s,
       (sum(r.quantity) * 1000)::bigint, (sum(r.amount) * 10000)::bigint, count(*),
       max(CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END) FILTER (WHERE r.quantity > 0),
       coalesce(bit_or(1 << (CASE WHEN r.by_month THEN %(next_month)s - 1 ELSE r."on" END - %(month)s))
                    FILTER (WHERE r.quantity > 0), 0)
  FROM sales_salesrecord r
 WHERE r."on" >= %(month)s AND r."on" < %(next_month)s
 GROUP BY r.dealer_id, r.kind
