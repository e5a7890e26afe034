-- The dealers that a run must look at when only few changed since the run before.
--
-- A row whose last writer is a transaction that the run before could not see is recognised by `xmin`: exact whoever wrote
-- it and however, and there is no list that could be forgotten to be kept. Rows written before, but in transaction ids
-- that have come round again, are taken once too often, never once too few. Only a row that is gone leaves no trace: rows
-- of figures go with their dealer, rows of scores and of overrides are never deleted otherwise.
--
-- Reads:      sales_dealerfigures, tiering_dealerscore, tiering_tieroverride
-- Writes:     tier_some_figures (temporary; the columns of sales_dealerfigures)
-- Parameters: seen_before (transaction id), since (date of the run before), on, by_amount, ranked, low, high (the cut-offs
--             before and now), history_since, history_was
-- Index:      none: one pass over each narrow table costs less than keeping an index on what changes

-- The first transaction id that is still at work in this database, or the next one. Other databases of the cluster have
-- transactions of their own that do not matter here; a prepared transaction has no process and is taken along.
-- step: horizon
SELECT h.xmax::text::bigint
       - greatest((SELECT max(age(l.transactionid) - age(h.xmax::xid))
                     FROM pg_locks l
                     LEFT JOIN pg_stat_activity a ON a.pid = l.pid
                    WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
                      AND (a.datname IS NULL OR a.datname = current_database())), 0),
       s.system_identifier
  FROM (SELECT pg_snapshot_xmax(pg_current_snapshot()) AS xmax) h, pg_control_system() s

-- The sub-selects are worked out once, not for each row.
-- step: count
SELECT count(*) FROM sales_dealerfigures f WHERE age(f.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))

-- step: figures
CREATE TEMP TABLE tier_some_figures ON COMMIT DROP AS
WITH others AS (
    SELECT s.dealer_id FROM tiering_dealerscore s WHERE age(s.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))
     UNION
    SELECT o.dealer_id FROM tiering_tieroverride o
     WHERE age(o.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))
        OR (o.state = 'APPROVED' AND (o.starts_on > %(since)s AND o.starts_on <= %(on)s
                                      OR o.expires_on > %(since)s AND o.expires_on <= %(on)s))
)
SELECT f.*
  FROM sales_dealerfigures f
 WHERE age(f.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))
    OR (f.first_sale_month > %(history_was)s AND f.first_sale_month <= %(history_since)s)
    OR (f.trading AND f.kind = ANY(%(ranked)s)
        AND CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END BETWEEN %(low)s AND %(high)s)
    OR f.dealer_id IN (SELECT o.dealer_id FROM others o)
