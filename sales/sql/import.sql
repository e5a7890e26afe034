-- Load checked rows of a sales file, month by month, and take them back.
--
-- Reads:      {checked} (verdict, target_id, old, and the fields of sales.importers.records; product 0 means none)
-- Writes:     {records} (a month's partition, or the table made to become it), sales_salesrecord, {touched}
-- Parameters: run (the import), by_month, month, next_month
-- Index:      salesrecord_line_once, sales_salesrecord_pkey

-- step: months
-- Day by day first: there are few, and the month of a day is dear.
SELECT date_trunc('month', d."on")::date, coalesce(sum(d.rows) FILTER (WHERE d.verdict = 'N'), 0)::bigint,
       coalesce(sum(d.rows) FILTER (WHERE d.verdict = 'C'), 0)::bigint
  FROM (SELECT c."on", c.verdict, count(*) AS rows FROM {checked} c
         WHERE c.verdict IN ('N', 'C') GROUP BY c."on", c.verdict) d
 GROUP BY 1
 ORDER BY 1

-- step: add
-- A table made by a query is filled faster than one that is inserted into. In the order of dealers its keys are made, the
-- dealers looked up and their sums added without sorting once more.
CREATE TABLE {records} AS
SELECT nextval('sales_salesrecord_id_seq') AS id, c.dealer AS dealer_id, nullif(c.product, 0) AS product_id,
       c.sold_by AS sold_by_id, %(run)s::bigint AS import_run, c."on", %(by_month)s AS by_month,
       c.kind::varchar(12) COLLATE "C" AS kind, c.quantity::numeric(14, 3) AS quantity,
       c.amount::numeric(18, 4) AS amount, c.reference::varchar(80) COLLATE "C" AS reference
  FROM {checked} c
 WHERE c.verdict = 'N' AND c."on" >= %(month)s AND c."on" < %(next_month)s
 ORDER BY c.dealer, c."on"

-- step: add_to
INSERT INTO {records}
       (dealer_id, product_id, sold_by_id, import_run, "on", by_month, kind, quantity, amount, reference)
SELECT c.dealer, nullif(c.product, 0), c.sold_by, %(run)s, c."on", %(by_month)s, c.kind, c.quantity, c.amount,
       c.reference
  FROM {checked} c
 WHERE c.verdict = 'N' AND c."on" >= %(month)s AND c."on" < %(next_month)s
 ORDER BY c.dealer, c."on"
    ON CONFLICT DO NOTHING

-- step: correct
UPDATE sales_salesrecord r
   SET quantity = c.quantity, amount = c.amount, sold_by_id = c.sold_by, import_run = %(run)s
  FROM {checked} c
 WHERE c.verdict = 'C' AND c."on" >= %(month)s AND c."on" < %(next_month)s
   AND r."on" >= %(month)s AND r."on" < %(next_month)s AND r.id = c.target_id
   AND r.quantity = coalesce((c.old ->> 'quantity')::numeric, r.quantity)
   AND r.amount = coalesce((c.old ->> 'amount')::numeric, r.amount)

-- step: rebuild
CREATE TABLE {records} AS
SELECT r.id, r.dealer_id, r.product_id,
       CASE WHEN c.target_id IS NULL THEN r.sold_by_id ELSE c.sold_by END AS sold_by_id,
       -- A row that is not as it was when it was checked keeps its run, and the count tells.
       CASE WHEN r.quantity = coalesce((c.old ->> 'quantity')::numeric, r.quantity)
             AND r.amount = coalesce((c.old ->> 'amount')::numeric, r.amount) AND c.target_id IS NOT NULL
            THEN %(run)s ELSE r.import_run END::bigint AS import_run,
       r."on", r.by_month, r.kind, coalesce(c.quantity, r.quantity)::numeric(14, 3) AS quantity,
       coalesce(c.amount, r.amount)::numeric(18, 4) AS amount, r.reference
  FROM {there} r
  LEFT JOIN {checked} c
    ON c.target_id = r.id AND c.verdict = 'C' AND c."on" >= %(month)s AND c."on" < %(next_month)s

-- step: count_rebuilt
SELECT count(*) FROM {records} WHERE import_run = %(run)s

-- step: take
DELETE FROM sales_salesrecord r
 USING {checked} c
 WHERE c.verdict = 'N' AND c."on" >= %(month)s AND c."on" < %(next_month)s
   AND r."on" >= %(month)s AND r."on" < %(next_month)s AND r.import_run = %(run)s
   AND r.dealer_id = c.dealer AND r."on" = c."on" AND r.kind = c.kind
   AND coalesce(r.product_id, 0) = c.product AND r.reference = c.reference

-- step: restore
UPDATE sales_salesrecord r
   SET quantity = coalesce((c.old ->> 'quantity')::numeric, r.quantity),
       amount = coalesce((c.old ->> 'amount')::numeric, r.amount),
       sold_by_id = CASE WHEN c.old ? 'sold_by_id' THEN (c.old ->> 'sold_by_id')::bigint ELSE r.sold_by_id END,
       import_run = NULL
  FROM {checked} c
 WHERE c.verdict = 'C' AND c."on" >= %(month)s AND c."on" < %(next_month)s
   AND r."on" >= %(month)s AND r."on" < %(next_month)s AND r.import_run = %(run)s AND r.id = c.target_id

-- step: touch
INSERT INTO {touched} (dealer_id, kind, month)
SELECT DISTINCT c.dealer, c.kind, %(month)s
  FROM {checked} c
 WHERE c.verdict IN ('N', 'C') AND c."on" >= %(month)s AND c."on" < %(next_month)s
