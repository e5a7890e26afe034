-- Figures of past days, for the try-out of a rule: rows (day, dealer_id, measure, figure), figures in the measure's unit.
--
-- Reads:      alert_day (day, back_3, back_12, back_15: the first of a month and the firsts of months before it),
--             alert_past_pace (country, starts_on, ends_on, day, elapsed, late), sales_dealermonth, sales_salesrecord,
--             sales_receivable, sales_salestarget, sales_stockcount, visits_visit, visits_visitdue, dealers_agreement,
--             alerts_figurehistory, alert_tried (dealer_id: whom the rule is for)
-- Parameters: min_silence, min_dealers (the kind's own)

-- step: churn
WITH ordered AS (
    SELECT r.dealer_id, r."on"
      FROM sales_salesrecord r
      JOIN alert_tried USING (dealer_id)
     WHERE r.kind = 'SELL_IN' AND r.quantity > 0 AND NOT r.by_month
       AND r."on" >= (SELECT min(day) FROM alert_day) - 800
     UNION
    SELECT m.dealer_id, m.last_on
      FROM sales_dealermonth m
      JOIN alert_tried USING (dealer_id)
     WHERE m.kind = 'SELL_IN' AND m.last_on IS NOT NULL AND m.month >= (SELECT min(day) FROM alert_day) - 800
), gaps AS (
    SELECT o.dealer_id, o."on", o."on" - lag(o."on") OVER (PARTITION BY o.dealer_id ORDER BY o."on") AS gap FROM ordered o
), rhythm AS (
    SELECT d.day, g.dealer_id, max(g."on") AS last_on,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY g.gap) FILTER (WHERE g.gap IS NOT NULL) AS usual,
           count(g.gap) AS gaps
      FROM alert_day d
      JOIN gaps g ON g."on" < d.day AND g."on" >= d.day - 400
     GROUP BY d.day, g.dealer_id
)
SELECT r.day, r.dealer_id, 'interval' AS measure, ((r.day - r.last_on) / nullif(r.usual, 0))::numeric AS figure
  FROM rhythm r WHERE r.gaps >= 2 AND r.day - r.last_on > %(min_silence)s
 UNION ALL
SELECT r.day, r.dealer_id, 'silence', (r.day - r.last_on)::numeric FROM rhythm r WHERE r.gaps >= 2
 UNION ALL
SELECT d.day, m.dealer_id, 'volume',
       1 - sum(m.quantity_e3) FILTER (WHERE m.month >= d.back_3)
           / nullif(sum(m.quantity_e3) FILTER (WHERE m.month < d.back_12), 0)::numeric
  FROM alert_day d
  JOIN sales_dealermonth m ON m.kind = 'SELL_IN'
       AND (m.month >= d.back_3 AND m.month < d.day OR m.month >= d.back_15 AND m.month < d.back_12)
  JOIN alert_tried USING (dealer_id)
 GROUP BY d.day, m.dealer_id
HAVING sum(m.quantity_e3) FILTER (WHERE m.month < d.back_12) > 0

-- step: loading
SELECT d.day, m.dealer_id, 'index' AS measure,
       sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN')
       / sum(m.quantity_e3) FILTER (WHERE m.kind <> 'SELL_IN')::numeric AS figure
  FROM alert_day d
  JOIN sales_dealermonth m ON m.month >= d.back_3 AND m.month < d.day
  JOIN alert_tried USING (dealer_id)
 GROUP BY d.day, m.dealer_id
HAVING sum(m.quantity_e3) FILTER (WHERE m.kind <> 'SELL_IN') > 0

-- step: stock
WITH counted AS (
    SELECT DISTINCT ON (d.day, s.dealer_id) d.day, s.dealer_id, s."on", d.back_3
      FROM alert_day d
      JOIN sales_stockcount s ON s."on" >= d.back_3 AND s."on" < d.day
      JOIN alert_tried USING (dealer_id)
     ORDER BY d.day, s.dealer_id, s."on" DESC
), held AS (
    SELECT c.day, c.dealer_id, c.back_3, sum(s.quantity) AS quantity, sum(s.aged_quantity) AS aged,
           sum(s.quantity) FILTER (WHERE s.aged_quantity IS NOT NULL) AS told
      FROM counted c
      JOIN sales_stockcount s ON s.dealer_id = c.dealer_id AND s."on" = c."on"
     GROUP BY c.day, c.dealer_id, c.back_3
), flow AS (
    SELECT h.day, h.dealer_id,
           coalesce(nullif(greatest(sum(m.quantity_e3) FILTER (WHERE m.kind <> 'SELL_IN'), 0), 0),
                    sum(m.quantity_e3) FILTER (WHERE m.kind = 'SELL_IN')) / 1000.0 AS quantity
      FROM held h
      JOIN sales_dealermonth m ON m.dealer_id = h.dealer_id AND m.month >= h.back_3 AND m.month < h.day
     GROUP BY h.day, h.dealer_id
), cover AS (
    SELECT h.day, h.dealer_id, h.quantity * (h.day - h.back_3) / f.quantity AS days
      FROM held h JOIN flow f ON f.day = h.day AND f.dealer_id = h.dealer_id
     WHERE f.quantity > 0
)
SELECT c.day, c.dealer_id, x.measure, round(c.days) AS figure
  FROM cover c CROSS JOIN (VALUES ('over'), ('under')) AS x (measure)
 UNION ALL
SELECT h.day, h.dealer_id, 'aged', h.aged / h.told FROM held h WHERE h.told > 0

-- Of targets that run on the day, the nearest to act upon; closed months only, as the day is the first of one.
-- step: progress
WITH target AS (
    SELECT DISTINCT ON (d.day, t.dealer_id) d.day, t.dealer_id, t.period_start, t.period_end, t.amount, t.quantity,
           dealer.country
      FROM alert_day d
      JOIN sales_salestarget t ON t.period_start < d.day AND t.period_end >= d.day
      JOIN alert_tried USING (dealer_id)
      JOIN dealers_dealer dealer ON dealer.id = t.dealer_id
     WHERE t.kind = 'SELL_IN' AND coalesce(t.amount, t.quantity) > 0
     ORDER BY d.day, t.dealer_id, t.period_end - t.period_start, t.period_start DESC, t.id
), reached AS (
    SELECT t.*, coalesce((SELECT CASE WHEN t.amount > 0 THEN sum(m.amount_e4) / 10000.0 / t.amount
                                      ELSE sum(m.quantity_e3) / 1000.0 / t.quantity END
                            FROM sales_dealermonth m
                           WHERE m.dealer_id = t.dealer_id AND m.kind = 'SELL_IN' AND m.month >= t.period_start
                             AND m.month < t.day), 0) AS share
      FROM target t
)
SELECT r.day, r.dealer_id, x.measure, (r.share / p.elapsed)::numeric AS figure
  FROM reached r
  JOIN alert_past_pace p
    ON p.country = r.country AND p.starts_on = r.period_start AND p.ends_on = r.period_end AND p.day = r.day
 CROSS JOIN (VALUES ('pace'), ('forecast')) AS x (measure)
 WHERE x.measure = 'pace' OR p.late

-- What was kept night by night; before that, what is open to this day.
-- step: overdue
SELECT d.day, t.dealer_id, 'days' AS measure, (d.day - coalesce(kept.oldest_due_on, open.oldest_due_on))::numeric AS figure
  FROM alert_day d
 CROSS JOIN alert_tried t
  LEFT JOIN LATERAL (SELECT true AS known, h.oldest_due_on FROM alerts_figurehistory h
                      WHERE h.dealer_id = t.dealer_id AND h."on" <= d.day ORDER BY h."on" DESC LIMIT 1) kept ON true
  LEFT JOIN LATERAL (SELECT min(r.due_on) AS oldest_due_on FROM sales_receivable r
                      WHERE r.dealer_id = t.dealer_id AND r.kind IN ('INVOICE', 'BILL') AND r.open_amount > 0
                        AND r.due_on < d.day AND kept.known IS NULL) open ON true
 WHERE coalesce(kept.oldest_due_on, open.oldest_due_on) IS NOT NULL

-- step: credit_use
SELECT d.day, t.dealer_id, 'use' AS measure, kept.credit_use_e4 / 10000.0 AS figure
  FROM alert_day d
 CROSS JOIN alert_tried t
 CROSS JOIN LATERAL (SELECT h.credit_use_e4 FROM alerts_figurehistory h
                      WHERE h.dealer_id = t.dealer_id AND h."on" <= d.day ORDER BY h."on" DESC LIMIT 1) kept
 WHERE kept.credit_use_e4 IS NOT NULL

-- By the call cycle of today.
-- step: visit_overdue
SELECT d.day, v.dealer_id, 'gap' AS measure, (d.day - max(v."on")) / c.max_gap_days::numeric AS figure
  FROM alert_day d
  JOIN visits_visit v ON v."on" < d.day AND v.state = 'DONE' AND v.kind <> 'EXECUTIVE'
  JOIN alert_tried USING (dealer_id)
  JOIN visits_visitdue c ON c.dealer_id = v.dealer_id AND c.max_gap_days > 0
 GROUP BY d.day, v.dealer_id, c.max_gap_days

-- step: concentration
WITH sold AS (
    SELECT d.day, m.dealer_id, x.territory_id, sum(m.amount_e4)::numeric AS amount
      FROM alert_day d
      JOIN sales_dealermonth m ON m.kind = 'SELL_IN' AND m.month >= d.back_12 AND m.month < d.day
      JOIN dealers_dealer x ON x.id = m.dealer_id AND x.deleted_at IS NULL
     GROUP BY d.day, m.dealer_id, x.territory_id
), shares AS (
    SELECT s.day, s.dealer_id, s.amount / nullif(sum(s.amount) OVER (PARTITION BY s.day, s.territory_id), 0) AS territory,
           s.amount / nullif(sum(s.amount) OVER (PARTITION BY s.day), 0) AS company,
           count(*) OVER (PARTITION BY s.day, s.territory_id) AS dealers
      FROM sold s
)
SELECT s.day, s.dealer_id, x.measure, x.figure
  FROM shares s
  JOIN alert_tried USING (dealer_id)
 CROSS JOIN LATERAL (VALUES ('territory', s.territory), ('company', s.company)) AS x (measure, figure)
 WHERE s.dealers >= %(min_dealers)s

-- A renewal counts from the day it was signed.
-- step: expiry
SELECT d.day, a.dealer_id, 'days_left' AS measure, min(a.ends_on - d.day)::numeric AS figure
  FROM alert_day d
  JOIN dealers_agreement a ON a.ends_on > d.day - 90 AND a.starts_on <= d.day
  JOIN alert_tried USING (dealer_id)
 WHERE NOT EXISTS (SELECT FROM dealers_agreement n
                    WHERE n.dealer_id = a.dealer_id AND n.kind = a.kind AND n.id <> a.id
                      AND coalesce(n.signed_on, n.starts_on) <= d.day
                      AND (n.ends_on IS NULL OR n.ends_on > a.ends_on))
 GROUP BY d.day, a.dealer_id

-- The losses that a kind warns of: (dealer_id, lost_on).

-- Who stopped ordering for so long that it is lost, and when that was plain.
-- step: stopped
SELECT o.dealer_id, o.last_on + 120 AS lost_on
  FROM (SELECT m.dealer_id, m.last_on,
               lead(m.last_on) OVER (PARTITION BY m.dealer_id ORDER BY m.last_on) AS next_on,
               lead(m.month) OVER (PARTITION BY m.dealer_id ORDER BY m.last_on) AS next_month
          FROM sales_dealermonth m
          JOIN alert_tried USING (dealer_id)
         WHERE m.kind = 'SELL_IN' AND m.last_on IS NOT NULL) o
 WHERE CASE WHEN o.next_on IS NULL THEN %(on)s::date - o.last_on > 120
            ELSE greatest(o.next_month, o.last_on) - o.last_on > 120 END

-- Whose debt grew older than 90 days past due.
-- step: unpaid
SELECT h.dealer_id, min(h.oldest_due_on) + 91 AS lost_on
  FROM alerts_figurehistory h
  JOIN alert_tried USING (dealer_id)
 WHERE h.oldest_due_on + 91 <= %(on)s
   AND NOT EXISTS (SELECT FROM alerts_figurehistory n
                    WHERE n.dealer_id = h.dealer_id AND n."on" > h."on" AND n."on" < h.oldest_due_on + 91
                      AND n.oldest_due_on IS DISTINCT FROM h.oldest_due_on)
 GROUP BY h.dealer_id, h.oldest_due_on
 UNION
SELECT r.dealer_id, r.due_on + 91
  FROM sales_receivable r
  JOIN alert_tried USING (dealer_id)
 WHERE r.kind IN ('INVOICE', 'BILL') AND r.open_amount > 0 AND r.due_on + 91 <= %(on)s
