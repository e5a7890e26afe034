-- Keep the sums by person and month, of the records that name who sold.
--
-- Reads:      sales_salesrecord (one partition a statement), sales_touched (dealer_id, kind, month: what may change),
--             sales_dealerfigures (territory_id)
-- Writes:     sales_personmonth, sales_named (temporary: what the records said of touched dealers before, taken off, and
--             say now)
-- Parameters: month, next_month (dates: the partition), sign (-1 before the records change, 1 after), months (date[])
-- Index:      salesrecord_line_once (dealer_id, on ...), sales_personmonth_pkey, personmonth_territory

-- step: make_named
CREATE TEMP TABLE IF NOT EXISTS sales_named (
    sold_by_id bigint NOT NULL, dealer_id bigint NOT NULL, kind varchar(12) COLLATE "C" NOT NULL, month date NOT NULL,
    quantity_e3 bigint NOT NULL, amount_e4 bigint NOT NULL, records bigint NOT NULL
) ON COMMIT DROP

-- step: note
INSERT INTO sales_named
SELECT r.sold_by_id, r.dealer_id, r.kind, %(month)s, %(sign)s * (sum(r.quantity) * 1000)::bigint,
       %(sign)s * (sum(r.amount) * 10000)::bigint, %(sign)s * count(*)
  FROM sales_salesrecord r
 WHERE r."on" >= %(month)s AND r."on" < %(next_month)s AND r.sold_by_id IS NOT NULL
   AND EXISTS (SELECT FROM sales_touched t
                WHERE t.month = %(month)s AND t.dealer_id = r.dealer_id AND t.kind = r.kind)
 GROUP BY r.sold_by_id, r.dealer_id, r.kind

-- step: put
INSERT INTO sales_personmonth AS p (sold_by_id, kind, month, territory_id, quantity_e3, amount_e4, records)
SELECT n.sold_by_id, n.kind, n.month, f.territory_id, sum(n.quantity_e3)::bigint, sum(n.amount_e4)::bigint,
       sum(n.records)::int
  FROM sales_named n
  JOIN sales_dealerfigures f ON f.dealer_id = n.dealer_id
 WHERE n.month = ANY(%(months)s)
 GROUP BY n.sold_by_id, n.kind, n.month, f.territory_id
HAVING (sum(n.quantity_e3), sum(n.amount_e4), sum(n.records)) <> (0, 0, 0)
 ORDER BY n.sold_by_id, n.kind, n.month, f.territory_id
    ON CONFLICT (sold_by_id, kind, month, territory_id) DO UPDATE
   SET quantity_e3 = p.quantity_e3 + excluded.quantity_e3, amount_e4 = p.amount_e4 + excluded.amount_e4,
       records = p.records + excluded.records

-- step: drop_empty
DELETE FROM sales_personmonth WHERE records = 0 AND month = ANY(%(months)s)

-- step: clear
DELETE FROM sales_personmonth WHERE month = %(month)s

-- step: clear_all
TRUNCATE sales_personmonth

-- step: sum_month
INSERT INTO sales_personmonth (sold_by_id, kind, month, territory_id, quantity_e3, amount_e4, records)
SELECT r.sold_by_id, r.kind, %(month)s, f.territory_id, (sum(r.quantity) * 1000)::bigint, (sum(r.amount) * 10000)::bigint,
       count(*)
  FROM sales_salesrecord r
  JOIN sales_dealerfigures f ON f.dealer_id = r.dealer_id
 WHERE r."on" >= %(month)s AND r."on" < %(next_month)s AND r.sold_by_id IS NOT NULL
 GROUP BY r.sold_by_id, r.kind, f.territory_id
