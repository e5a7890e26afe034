-- A closed month of every dealer against what the season and the dealer's own level let expect.
--
-- Reads:      {months} (dealer_id, month, amount_e4), sales_dealermonth
-- Writes:     seasonal_months (a temporary view), seasonal_measured (temporary), alerts_seasonalsignal
-- Parameters: month (the month that is judged), back_1, back_2, back_14, back_24 (first days of months so many before it), until (what lies
--             before is in the view), season (thousandths of an average month by month of the year, January first),
--             least_spread (share of the level), down and up (deviations from which levels 1, 2 and 3 begin)
-- Index:      sales_dealermonth_pkey

-- step: months
CREATE OR REPLACE TEMP VIEW seasonal_months AS
SELECT m.dealer_id, m.month, m.amount_e4 FROM sales_dealermonth m WHERE m.kind = 'SELL_IN' AND m.month < %(until)s

-- step: season
-- Of each month of the year, what all dealers together bought in it, in the two years before the month that is judged.
SELECT date_part('month', m.month)::int, sum(m.amount_e4)
  FROM {months} m
 WHERE m.month >= %(back_24)s AND m.month < %(month)s
 GROUP BY 1

-- step: measure
-- Two years of months without the season, the ones without a sale as nought. The middle of the twelve before the three that
-- are looked at is the level, the middle of all distances from it the spread. What counts is how far the month has kept away: below, like
-- one of the two before it; above, like both. A single month rights itself mostly.
CREATE TEMP TABLE seasonal_measured ON COMMIT DROP AS
SELECT x.dealer_id, x.actual_e4, round(x.level * x.season)::bigint AS expected_e4,
       round(greatest(0, x.level - (%(down)s::float8[])[1] * x.spread) * x.season)::bigint AS low_e4,
       round((x.level + (%(up)s::float8[])[1] * x.spread) * x.season)::bigint AS high_e4,
       %(month)s::date AS month, h.deviation,
       (CASE WHEN h.deviation < 0 THEN -width_bucket(-h.deviation::float8, %(down)s::float8[])
             ELSE width_bucket(h.deviation::float8, %(up)s::float8[]) END)::smallint AS level
  FROM (SELECT s.dealer_id, s.actual_e4, s.season, l.level, d.spread, (s.actual_e4 / s.season - l.level) / d.spread AS now,
               (s.month_before - l.level) / d.spread AS before, (s.month_earlier - l.level) / d.spread AS earlier
          FROM (SELECT m.dealer_id, min(m.month) FILTER (WHERE m.amount_e4 > 0) AS first_month,
                       coalesce(sum(m.amount_e4) FILTER (WHERE m.month = %(month)s), 0)::bigint AS actual_e4,
                       (%(season)s::float8[])[date_part('month', %(month)s::date)::int] / 1000 AS season,
                       coalesce(sum(m.amount_e4 * 1000 / (%(season)s::float8[])[date_part('month', m.month)::int])
                           FILTER (WHERE m.month = %(back_1)s), 0) AS month_before,
                       coalesce(sum(m.amount_e4 * 1000 / (%(season)s::float8[])[date_part('month', m.month)::int])
                           FILTER (WHERE m.month = %(back_2)s), 0) AS month_earlier,
                       array_agg(m.amount_e4 * 1000 / (%(season)s::float8[])[date_part('month', m.month)::int])
                           FILTER (WHERE m.month >= %(back_14)s AND m.month < %(back_2)s) AS last_year,
                       array_agg(m.amount_e4 * 1000 / (%(season)s::float8[])[date_part('month', m.month)::int])
                           FILTER (WHERE m.month >= %(back_24)s AND m.month < %(back_14)s) AS year_before
                  FROM {months} m
                 WHERE m.month <= %(month)s
                 GROUP BY m.dealer_id) s
         CROSS JOIN LATERAL (
                SELECT s.last_year || array_fill(0::float8, ARRAY[12 - coalesce(cardinality(s.last_year), 0)]) AS last_year,
                       s.year_before || array_fill(0::float8, ARRAY[10 - coalesce(cardinality(s.year_before), 0)])
                           AS year_before) f
         CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS level FROM unnest(f.last_year) y) l
         CROSS JOIN LATERAL (
                SELECT greatest(1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(y - l.level)),
                                %(least_spread)s * l.level) AS spread
                  FROM unnest(f.last_year || f.year_before) y) d
         WHERE s.first_month <= %(back_24)s AND l.level > 0 AND s.season > 0) x
 CROSS JOIN LATERAL (
       SELECT CASE WHEN x.now < 0 THEN least(0, greatest(x.now, least(x.before, x.earlier)))
                   ELSE greatest(0, least(x.now, x.before, x.earlier)) END AS held) g
 CROSS JOIN LATERAL (
       SELECT greatest(-999, least(999, trunc((g.held * 100)::numeric) / 100)) AS deviation) h

-- step: put
INSERT INTO alerts_seasonalsignal AS s (dealer_id, actual_e4, expected_e4, low_e4, high_e4, month, deviation, level)
SELECT m.dealer_id, m.actual_e4, m.expected_e4, m.low_e4, m.high_e4, m.month, m.deviation, m.level
  FROM seasonal_measured m
    ON CONFLICT (dealer_id) DO UPDATE
   SET actual_e4 = excluded.actual_e4, expected_e4 = excluded.expected_e4, low_e4 = excluded.low_e4,
       high_e4 = excluded.high_e4, month = excluded.month, deviation = excluded.deviation, level = excluded.level
 WHERE (s.actual_e4, s.expected_e4, s.low_e4, s.high_e4, s.month, s.deviation, s.level)
       IS DISTINCT FROM (excluded.actual_e4, excluded.expected_e4, excluded.low_e4, excluded.high_e4, excluded.month,
                         excluded.deviation, excluded.level)

-- step: drop
DELETE FROM alerts_seasonalsignal s
 WHERE NOT EXISTS (SELECT FROM seasonal_measured m WHERE m.dealer_id = s.dealer_id)

-- step: judged
-- What became of the months that stood out: righted itself when the two months after were, on average and without the
-- season, within what is usual.
SELECT count(*), count(*) FILTER (WHERE m.level < 0), count(*) FILTER (WHERE m.level > 0),
       count(*) FILTER (WHERE m.level < 0 AND a.after >= m.low), count(*) FILTER (WHERE m.level > 0 AND a.after <= m.high)
  FROM (SELECT s.dealer_id, s.level, s.low_e4 / t.season AS low, s.high_e4 / t.season AS high
          FROM seasonal_measured s
         CROSS JOIN (SELECT (%(season)s::float8[])[date_part('month', %(month)s::date)::int] / 1000 AS season) t) m
  LEFT JOIN LATERAL (
        SELECT coalesce(sum(n.amount_e4 * 1000 / (%(season)s::float8[])[date_part('month', n.month)::int]), 0) / 2 AS after
          FROM {months} n
         WHERE n.dealer_id = m.dealer_id AND n.month > %(month)s AND n.month <= %(after)s) a ON m.level <> 0
