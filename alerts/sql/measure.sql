-- What the rules read of a dealer, as of a day: one narrow row each.
--
-- Reads:      sales_dealerfigures, dealers_dealer, dealers_creditprofile, sales_receivable (orders not delivered),
--             sales_dealermonth, sales_salesrecord (targets, and days with orders), sales_salestarget, sales_stockcount, visits_visitdue,
--             alerts_limitexcess, alerts_toucheddealer
-- Writes:     alert_told, alert_touched, alert_measured, alert_rhythm (temporary), alerts_rulegroup, alerts_targetperiod,
--             alerts_dealerstanding, alerts_limitexcess, alerts_figurehistory
-- Parameters: on, month (the first of its month), back_3, back_24 (first days of months), days_3 (days from back_3 to
--             month), seen_before (transaction id), since (the day they stood at), everybody
-- Index:      primary keys; sales_dealermonth_pkey, salesrecord_line_once, receivable_once_a_dealer,
--             stockcount_once_a_day, limitexcess_by_day

-- What is told so far. A number may be given out early and its row come late, with its transaction: only rows that were
-- seen here, before anything was read, are forgotten in the end.
-- step: told
CREATE TEMP TABLE alert_told ON COMMIT DROP AS SELECT id, dealer_id FROM alerts_toucheddealer

-- Whom to measure anew. Figures and visits due are compared by the transaction that last wrote a row, as in
-- tiering/sql/changed.sql; triggers say the rest. Excesses of the limit go out of the 90 days as time passes.
-- step: touched
CREATE TEMP TABLE alert_touched ON COMMIT DROP AS
SELECT f.dealer_id FROM sales_dealerfigures f
 WHERE age(f.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))
 UNION
SELECT v.dealer_id FROM visits_visitdue v
 WHERE age(v.xmin) <= (SELECT age((%(seen_before)s)::text::xid8::xid))
 UNION
SELECT t.dealer_id FROM alert_told t
 UNION
SELECT x.dealer_id FROM alerts_limitexcess x
 WHERE x.began_on > %(since)s::date - 90 AND x.began_on <= %(on)s::date - 90
 UNION
-- A target begins or ends. (Months that close are measured for everybody.)
SELECT t.dealer_id FROM sales_salestarget t
 WHERE t.dealer_id IS NOT NULL
   AND (t.period_start > %(since)s AND t.period_start <= %(on)s OR t.period_end > %(since)s AND t.period_end <= %(on)s)

-- step: periods
INSERT INTO alerts_targetperiod (country, starts_on, ends_on)
SELECT DISTINCT d.country, t.period_start, t.period_end
  FROM sales_salestarget t
  JOIN dealers_dealer d ON d.id = t.dealer_id
 WHERE t.kind = 'SELL_IN' AND t.period_start <= %(on)s AND t.period_end > %(on)s
    ON CONFLICT (country, starts_on, ends_on) DO NOTHING

-- Of everybody, or of those touched, the rows that are not as they stand; dealers that trade. Whoever is as before is read
-- and left alone: what follows has few rows to do with. The interval comes along where the days with orders are those that
-- it was taken from; `rhythm_due` says where they are not.
-- step: measure
CREATE TEMP TABLE alert_measured ON COMMIT DROP AS
WITH who AS NOT MATERIALIZED (
    SELECT f.* FROM sales_dealerfigures f
     WHERE f.trading AND (%(everybody)s OR f.dealer_id IN (SELECT t.dealer_id FROM alert_touched t))
), undelivered AS (
    SELECT r.dealer_id, sum(r.open_amount) AS amount
      FROM sales_receivable r
     WHERE r.kind = 'ORDER' AND r.open_amount <> 0
       AND (%(everybody)s OR r.dealer_id IN (SELECT t.dealer_id FROM alert_touched t))
     GROUP BY r.dealer_id
), target AS (
    -- The shortest running target is the nearest to act upon.
    SELECT DISTINCT ON (t.dealer_id) t.dealer_id, t.period_start, t.period_end, t.amount, t.quantity
      FROM sales_salestarget t
     WHERE t.dealer_id IS NOT NULL AND t.kind = 'SELL_IN' AND t.period_start <= %(on)s AND t.period_end > %(on)s
       AND coalesce(t.amount, t.quantity) > 0
       AND (%(everybody)s OR t.dealer_id IN (SELECT x.dealer_id FROM alert_touched x))
     ORDER BY t.dealer_id, t.period_end - t.period_start, t.period_start DESC, t.id
), reached AS (
    -- Closed months by their sums, the open one and what begins within a month by the records.
    SELECT t.dealer_id, t.period_start, t.period_end,
           CASE WHEN t.amount > 0
                THEN (coalesce(closed.amount_e4 / 10000.0, 0) + coalesce(open.amount, 0)) / t.amount
                ELSE (coalesce(closed.quantity_e3 / 1000.0, 0) + coalesce(open.quantity, 0)) / t.quantity END AS share
      FROM target t
      LEFT JOIN LATERAL (SELECT sum(m.amount_e4) AS amount_e4, sum(m.quantity_e3) AS quantity_e3
                           FROM sales_dealermonth m
                          WHERE m.dealer_id = t.dealer_id AND m.kind = 'SELL_IN' AND m.month < %(month)s
                            AND m.month >= t.period_start) closed ON true
      LEFT JOIN LATERAL (SELECT sum(r.amount) AS amount, sum(r.quantity) AS quantity
                           FROM sales_salesrecord r
                          WHERE r.dealer_id = t.dealer_id AND r.kind = 'SELL_IN' AND r."on" < %(on)s
                            AND r."on" >= t.period_start
                            AND (r."on" >= %(month)s
                                 OR r."on" < (date_trunc('month', t.period_start) + interval '1 month')::date
                                    AND t.period_start <> date_trunc('month', t.period_start)::date)) open ON true
), aged AS (
    SELECT s.dealer_id, s."on", sum(s.aged_quantity) * 10000 / nullif(sum(s.quantity), 0) AS share_e4
      FROM sales_stockcount s
     WHERE s.aged_quantity IS NOT NULL AND s."on" >= %(back_3)s
       AND (%(everybody)s OR s.dealer_id IN (SELECT t.dealer_id FROM alert_touched t))
     GROUP BY s.dealer_id, s."on"
), exceeded AS (
    SELECT x.dealer_id, count(*)::smallint AS times
      FROM alerts_limitexcess x
     WHERE x.began_on > %(on)s::date - 90
     GROUP BY x.dealer_id
)
SELECT m.*, s.dealer_id IS NULL AS is_new,
       m.order_mark IS DISTINCT FROM s.order_mark AND m.last_order_on >= %(back_24)s AS rhythm_due,
       CASE WHEN m.order_mark = s.order_mark AND m.last_order_on >= %(back_24)s THEN s.interval_e1 END AS interval_e1
  FROM (
    SELECT w.dealer_id, g.id AS group_id, w.order_mark,
           CASE WHEN c.credit_limit > 0 THEN least(greatest(
               w.balance_e4 / 10000.0 + coalesce(undelivered.amount, 0) - coalesce(c.deposit, 0), 0)
               * 10000 / c.credit_limit, 2000000000)::int END AS credit_use_e4,
           CASE WHEN w.sales_12m_e4 > 0 AND c.credit_term_days IS NOT NULL
                THEN least(w.balance_e4::numeric * 365 / w.sales_12m_e4 - c.credit_term_days, 100000)::int
           END AS dso_over_days,
           CASE WHEN p.id IS NOT NULL THEN least(reached.share * 10000, 100000000)::int END AS reached_e4,
           CASE WHEN w.sell_in_3m_1_e3 > 0
                THEN least(w.sell_in_3m_e3::numeric * 10000 / w.sell_in_3m_1_e3, 100000000)::int END AS volume_e4,
           -- Who bought nothing at all in half a year does not stand still: that is churn.
           CASE WHEN w.sales_6m_1_e4 > 0
                THEN least((nullif(w.sales_6m_e4, 0) - w.sales_6m_1_e4) * 10000.0 / w.sales_6m_1_e4, 100000000)::int
           END AS half_e4,
           CASE WHEN w.amount_1_e4 > 0
                THEN least((w.amount_e4 - w.amount_1_e4)::numeric * 10000 / w.amount_1_e4, 100000000)::int END AS grew_e4,
           CASE WHEN w.stock_on >= %(back_3)s AND coalesce(nullif(greatest(w.sold_on_3m_e3, 0), 0), w.sell_in_3m_e3) > 0
                THEN least(w.stock_e3::numeric * %(days_3)s / coalesce(nullif(greatest(w.sold_on_3m_e3, 0), 0),
                                                                     w.sell_in_3m_e3), 100000)::int END AS cover_days,
           aged.share_e4::int AS aged_e4,
           CASE WHEN w.sold_on_3m_e3 > 0
                THEN least(w.sell_in_3m_e3::numeric * 10000 / w.sold_on_3m_e3, 100000000)::int END AS loading_e4,
           w.oldest_due_on, w.last_order_on, v.due_on AS visit_due_on,
           greatest(d.last_contact_on, v.last_visit_on, v.due_on - v.max_gap_days) + v.max_gap_days AS contact_due_on,
           coalesce(d.verified_on, (d.created_at AT TIME ZONE 'UTC')::date) AS verified_on,
           v.max_gap_days AS visit_gap_days, p.id AS period_id, coalesce(exceeded.times, 0) AS excesses, d.completeness
      FROM who w
      JOIN dealers_dealer d ON d.id = w.dealer_id
      LEFT JOIN alerts_rulegroup g
             ON g.territory_id = w.territory_id AND g.kind = w.kind AND g.tier = coalesce(d.tier, '')
      LEFT JOIN dealers_creditprofile c ON c.dealer_id = w.dealer_id
      LEFT JOIN visits_visitdue v ON v.dealer_id = w.dealer_id
      LEFT JOIN undelivered ON undelivered.dealer_id = w.dealer_id
      LEFT JOIN reached ON reached.dealer_id = w.dealer_id
      LEFT JOIN alerts_targetperiod p
             ON p.country = d.country AND p.starts_on = reached.period_start AND p.ends_on = reached.period_end
      LEFT JOIN aged ON aged.dealer_id = w.dealer_id AND aged."on" = w.stock_on
      LEFT JOIN exceeded ON exceeded.dealer_id = w.dealer_id) m
  LEFT JOIN alerts_dealerstanding s ON s.dealer_id = m.dealer_id
 WHERE (m.group_id, m.order_mark, m.credit_use_e4, m.dso_over_days, m.reached_e4, m.volume_e4, m.half_e4, m.grew_e4,
        m.cover_days, m.aged_e4, m.loading_e4, m.oldest_due_on, m.last_order_on, m.visit_due_on, m.contact_due_on,
        m.verified_on, m.visit_gap_days, m.period_id, m.excesses, m.completeness)
       IS DISTINCT FROM
       (s.group_id, s.order_mark, s.credit_use_e4, s.dso_over_days, s.reached_e4, s.volume_e4, s.half_e4, s.grew_e4,
        s.cover_days, s.aged_e4, s.loading_e4, s.oldest_due_on, s.last_order_on, s.visit_due_on, s.contact_due_on,
        s.verified_on, s.visit_gap_days, s.period_id, s.excesses, s.completeness)
    OR s.interval_e1 IS NOT NULL AND coalesce(m.last_order_on < %(back_24)s, true)

-- Dealers of a territory, kind and tier of which there were none so far.
-- step: new_groups
INSERT INTO alerts_rulegroup (territory_id, kind, tier)
SELECT DISTINCT f.territory_id, f.kind, coalesce(d.tier, '')
  FROM alert_measured m
  JOIN sales_dealerfigures f ON f.dealer_id = m.dealer_id
  JOIN dealers_dealer d ON d.id = m.dealer_id
 WHERE m.group_id IS NULL
    ON CONFLICT (territory_id, kind, tier) DO NOTHING

-- step: put_groups
UPDATE alert_measured m SET group_id = g.id
  FROM sales_dealerfigures f, dealers_dealer d, alerts_rulegroup g
 WHERE m.group_id IS NULL AND f.dealer_id = m.dealer_id AND d.id = m.dealer_id
   AND g.territory_id = f.territory_id AND g.kind = f.kind AND g.tier = coalesce(d.tier, '')

-- The middle gap between the days with orders of the year up to the last one, of three days at least. `span` keeps the
-- database from opening months that nobody's year lies in.
-- step: rhythm
CREATE TEMP TABLE alert_rhythm ON COMMIT DROP AS
WITH span AS MATERIALIZED (
    SELECT min(last_order_on) - 396 AS after, max(last_order_on) AS until FROM alert_measured WHERE rhythm_due
), ordered AS (
    SELECT w.dealer_id, m.month + day.of_month AS "on"
      FROM alert_measured w
      JOIN sales_dealermonth m
        ON m.dealer_id = w.dealer_id AND m.kind = 'SELL_IN' AND m.order_days <> 0
       AND m.month > w.last_order_on - 396 AND m.month <= w.last_order_on
       AND m.month > (SELECT after FROM span) AND m.month <= (SELECT until FROM span)
      JOIN generate_series(0, 30) AS day (of_month) ON (m.order_days >> day.of_month) & 1 = 1
     WHERE w.rhythm_due
       AND m.month + day.of_month > w.last_order_on - 365 AND m.month + day.of_month <= w.last_order_on
)
SELECT g.dealer_id, least(percentile_cont(0.5) WITHIN GROUP (ORDER BY g.gap) * 10, 32000)::smallint AS interval_e1
  FROM (SELECT o.dealer_id, o."on" - lag(o."on") OVER (PARTITION BY o.dealer_id ORDER BY o."on") AS gap
          FROM ordered o) g
 WHERE g.gap IS NOT NULL
 GROUP BY g.dealer_id
HAVING count(*) >= 2

-- What no other table keeps for the past.
-- step: history
INSERT INTO alerts_figurehistory (dealer_id, "on", oldest_due_on, credit_use_e4)
SELECT m.dealer_id, %(on)s, m.oldest_due_on, m.credit_use_e4
  FROM alert_measured m
  LEFT JOIN alerts_dealerstanding s ON s.dealer_id = m.dealer_id
 WHERE (m.oldest_due_on, m.credit_use_e4) IS DISTINCT FROM (s.oldest_due_on, s.credit_use_e4)
    ON CONFLICT (dealer_id, "on") DO UPDATE
   SET oldest_due_on = excluded.oldest_due_on, credit_use_e4 = excluded.credit_use_e4

-- The limit counts as exceeded from the night that finds it, and as kept again likewise: see excess_ended.
-- step: excess_began
INSERT INTO alerts_limitexcess (dealer_id, began_on)
SELECT m.dealer_id, %(on)s
  FROM alert_measured m
 WHERE m.credit_use_e4 > 10000
   AND NOT EXISTS (SELECT FROM alerts_limitexcess x WHERE x.dealer_id = m.dealer_id AND x.ended_on IS NULL)
    ON CONFLICT (dealer_id, began_on) DO NOTHING

-- An excess that began today counts today.
-- step: count_excesses
UPDATE alert_measured m SET excesses = x.times
  FROM (SELECT dealer_id, count(*)::smallint AS times FROM alerts_limitexcess WHERE began_on > %(on)s::date - 90
         GROUP BY dealer_id) x
 WHERE x.dealer_id = m.dealer_id AND m.excesses <> x.times

-- step: put_changed
UPDATE alerts_dealerstanding s
   SET group_id = m.group_id, order_mark = m.order_mark, credit_use_e4 = m.credit_use_e4, dso_over_days = m.dso_over_days,
       reached_e4 = m.reached_e4, volume_e4 = m.volume_e4, half_e4 = m.half_e4, grew_e4 = m.grew_e4,
       cover_days = m.cover_days, aged_e4 = m.aged_e4, loading_e4 = m.loading_e4, oldest_due_on = m.oldest_due_on,
       last_order_on = m.last_order_on, visit_due_on = m.visit_due_on, contact_due_on = m.contact_due_on,
       verified_on = m.verified_on, interval_e1 = coalesce(r.interval_e1, m.interval_e1),
       visit_gap_days = m.visit_gap_days, period_id = m.period_id, excesses = m.excesses, completeness = m.completeness
  FROM alert_measured m
  LEFT JOIN alert_rhythm r ON r.dealer_id = m.dealer_id
 WHERE m.dealer_id = s.dealer_id AND NOT m.is_new

-- step: put_new
INSERT INTO alerts_dealerstanding (
       dealer_id, levels, group_id, order_mark, credit_use_e4, dso_over_days, reached_e4, volume_e4, half_e4, grew_e4,
       cover_days, aged_e4, loading_e4, oldest_due_on, last_order_on, visit_due_on, contact_due_on, verified_on,
       interval_e1, visit_gap_days, period_id, excesses, completeness)
SELECT m.dealer_id, 0, m.group_id, m.order_mark, m.credit_use_e4, m.dso_over_days, m.reached_e4, m.volume_e4, m.half_e4,
       m.grew_e4, m.cover_days, m.aged_e4, m.loading_e4, m.oldest_due_on, m.last_order_on, m.visit_due_on,
       m.contact_due_on, m.verified_on, r.interval_e1, m.visit_gap_days, m.period_id, m.excesses, m.completeness
  FROM alert_measured m
  LEFT JOIN alert_rhythm r ON r.dealer_id = m.dealer_id
 WHERE m.is_new
 ORDER BY m.dealer_id

-- Dealers that no longer trade with us are not warned about. Their cases stay for people to end.
-- step: drop
DELETE FROM alerts_dealerstanding s
 USING sales_dealerfigures f
 WHERE f.dealer_id = s.dealer_id AND NOT f.trading
   AND (%(everybody)s OR s.dealer_id IN (SELECT t.dealer_id FROM alert_touched t))

-- Of all that run, as one that began and was over on the same day ends the day after.
-- step: excess_ended
UPDATE alerts_limitexcess x SET ended_on = %(on)s
  FROM alerts_dealerstanding s
 WHERE x.ended_on IS NULL AND s.dealer_id = x.dealer_id AND x.began_on < %(on)s
   AND (s.credit_use_e4 IS NULL OR s.credit_use_e4 <= 10000)

-- What was touched while this ran is for the next night.
-- step: forget_touched
DELETE FROM alerts_toucheddealer t USING alert_told s WHERE s.id = t.id
