-- What a team's visits of a period came to.
-- Reads: visits_visit (visit_by_day, visit_made), visits_finding, visits_timeentry, visits_visitdue, dealers_dealer,
--        sales_salestarget, sales_dealermonth. Writes nothing.
-- Parameters: users (ids), start, until (days, until not counted), today, trading (dealer states);
--             territories and workers (ids of the same length: who works which territory, where the reader may look);
--             everything (the reader may look everywhere), held (ids of the territories where she may).

-- step: coverage
SELECT w.user_id, coalesce(d.tier, ''), count(*),
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM visits_visit v
            WHERE v.dealer_id = d.id AND v.state = 'DONE' AND v.kind <> 'EXECUTIVE'
              AND v."on" >= %(start)s AND v."on" < %(until)s))
  FROM unnest(%(territories)s::bigint[], %(workers)s::bigint[]) AS w (territory_id, user_id)
  JOIN dealers_dealer d ON d.territory_id = w.territory_id
 WHERE d.deleted_at IS NULL AND d.status = ANY(%(trading)s)
 GROUP BY 1, 2

-- step: issues
-- By person, by tier (the dealer's of today), and together: a median is no sum of medians.
SELECT grouping(v.user_id) = 0, v.user_id, grouping(d.tier) = 0, coalesce(d.tier, ''),
       count(*), count(*) FILTER (WHERE f.kind = 'LATENT'), count(*) FILTER (WHERE f.solved_at IS NULL),
       count(f.solved_at),
       (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM f.solved_at - f.created_at) / 86400)
        FILTER (WHERE f.solved_at IS NOT NULL))::float
  FROM visits_visit v
  JOIN visits_finding f ON f.visit_id = v.id
  JOIN dealers_dealer d ON d.id = v.dealer_id
 WHERE v.user_id = ANY(%(users)s::bigint[]) AND v."on" >= %(start)s AND v."on" < %(until)s AND v.kind <> 'EXECUTIVE'
   AND d.deleted_at IS NULL AND (%(everything)s OR d.territory_id = ANY(%(held)s::bigint[]))
 GROUP BY GROUPING SETS ((v.user_id), (d.tier), ())

-- step: time
SELECT user_id, category, sum(minutes)
  FROM visits_timeentry
 WHERE user_id = ANY(%(users)s::bigint[]) AND "on" >= %(start)s AND "on" < %(until)s
 GROUP BY 1, 2

-- step: neglected
-- K-11: who sells as much as was agreed on, or more than last year where nothing was, and has waited for us too long.
WITH agreed AS (
    SELECT t.dealer_id, sum(t.amount) AS amount, min(t.period_start) AS since, max(t.period_end) AS until
      FROM sales_salestarget t
     WHERE t.kind = 'SELL_IN' AND t.amount > 0 AND t.period_start <= %(today)s AND t.period_end > %(today)s
       AND t.dealer_id IS NOT NULL
     GROUP BY 1
), waiting AS (
    SELECT d.id, d.name, d.tier, due.user_id, due.last_visit_on, due.due_on, d.sales_12m, d.sales_prior_12m
      FROM unnest(%(territories)s::bigint[], %(workers)s::bigint[]) AS w (territory_id, user_id)
      JOIN dealers_dealer d ON d.territory_id = w.territory_id
      JOIN visits_visitdue due ON due.dealer_id = d.id
     WHERE d.deleted_at IS NULL AND d.status = ANY(%(trading)s) AND due.due_on < %(today)s AND d.sales_12m > 0
)
SELECT w.id, w.name, w.tier, w.user_id, w.last_visit_on, w.due_on, w.sales_12m,
       CASE WHEN a.amount IS NULL THEN NULL ELSE sold.amount / a.amount END
  FROM waiting w
  LEFT JOIN agreed a ON a.dealer_id = w.id
  LEFT JOIN LATERAL (
       SELECT coalesce(sum(m.amount_e4), 0) / 10000.0 AS amount
         FROM sales_dealermonth m
        WHERE m.dealer_id = a.dealer_id AND m.kind = 'SELL_IN' AND m.month >= a.since AND m.month < a.until) sold ON true
 WHERE CASE WHEN a.amount IS NULL THEN w.sales_12m >= w.sales_prior_12m AND w.sales_prior_12m > 0
            ELSE sold.amount >= a.amount * (%(today)s::date - a.since) / (a.until - a.since) END
 ORDER BY w.sales_12m DESC, w.id
 LIMIT 50
