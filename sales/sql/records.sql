-- Write sales records from a table of incoming rows.
--
-- Reads:      {source} (dealer_id, on, quantity, amount, product_id, kind, reference, by_month, sold_by_id)
-- Writes:     sales_salesrecord, {touched} (what the rollups have to look at)
-- Parameters: import_run (bigint or null); start, end, kind, dealers (bigint[] or null) to remove
-- Index:      salesrecord_line_once

-- step: touch
INSERT INTO {touched} (dealer_id, kind, month)
SELECT DISTINCT s.dealer_id, s.kind, date_trunc('month', s."on")::date FROM {source} s

-- step: upsert
INSERT INTO sales_salesrecord AS r
       (dealer_id, product_id, sold_by_id, import_run, "on", by_month, kind, quantity, amount, reference)
SELECT s.dealer_id, s.product_id, s.sold_by_id, %(import_run)s, s."on", s.by_month, s.kind, s.quantity, s.amount,
       s.reference
  FROM {source} s
    ON CONFLICT (dealer_id, "on", kind, product_id, reference) DO UPDATE
   SET quantity = excluded.quantity, amount = excluded.amount, by_month = excluded.by_month,
       sold_by_id = coalesce(excluded.sold_by_id, r.sold_by_id), import_run = excluded.import_run
 WHERE (r.quantity, r.amount, r.by_month, r.sold_by_id)
       IS DISTINCT FROM
       (excluded.quantity, excluded.amount, excluded.by_month, coalesce(excluded.sold_by_id, r.sold_by_id))

-- step: touch_removed
INSERT INTO {touched} (dealer_id, kind, month)
SELECT DISTINCT r.dealer_id, r.kind, date_trunc('month', r."on")::date
  FROM sales_salesrecord r
 WHERE r."on" >= %(start)s AND r."on" < %(end)s AND r.kind = %(kind)s
   AND (%(dealers)s::bigint[] IS NULL OR r.dealer_id = ANY(%(dealers)s::bigint[]))

-- step: remove
DELETE FROM sales_salesrecord r
 WHERE r."on" >= %(start)s AND r."on" < %(end)s AND r.kind = %(kind)s
   AND (%(dealers)s::bigint[] IS NULL OR r.dealer_id = ANY(%(dealers)s::bigint[]))
