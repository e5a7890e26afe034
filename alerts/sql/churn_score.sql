-- The churn score by the card in use: points of each figure's bin, their sum, and the day from which time alone changes it.
--
-- Reads:      {measured} (churn_measured, or alerts_dealerchurn itself), alerts_dealerchurn (what was)
-- Writes:     churn_scored (temporary), alerts_dealerchurn
-- Parameters: on, mean_year_e4; of each figure its _edges and its _points, those of the unknown first; least_order_days,
--             lost_after_days; everybody (false: only who falls due)
-- Index:      the primary key

-- step: score
CREATE TEMP TABLE churn_scored ON COMMIT DROP AS
SELECT m.dealer_id, m.last_order_on, m.order_days, m.usual_gap_e1, m.longest_gap, m.recent_gap_days, m.recent_gaps,
       m.spread_e2, m.value_e4, m.usual_value_e4, m.lines_e2, m.usual_lines_e2, m.first_sale_month, m.month_e4,
       m.month_expected_e4, m.quarter_e4, m.quarter_before_e4, m.half_e4, m.half_before_e4, m.year_e4, m.year_before_e4,
       m.prior_e4,
       p.silence AS p_silence, p.break AS p_break, p.pace AS p_pace, p.spread AS p_spread, p.value AS p_value,
       p.lines AS p_lines, p.month AS p_month, p.quarter AS p_quarter, p.half AS p_half, p.year AS p_year,
       p.size AS p_size, p.tenure AS p_tenure,
       CASE WHEN m.order_days >= %(least_order_days)s AND d.silent <= %(lost_after_days)s
            THEN least(100, p.silence + p.break + p.pace + p.spread + p.value + p.lines + p.month + p.quarter + p.half
                            + p.year + p.size + p.tenure)::smallint END AS score,
       -- The first day on which one of the three that grow with time reaches its next edge, or the dealer counts as lost.
       m.last_order_on + least(
           ((%(silence_edges)s::bigint[])[b.silence + 1] * d.gap_e1 + 999) / 1000,
           ((%(break_edges)s::bigint[])[b.break + 1] * d.longest + 99) / 100,
           ((%(pace_edges)s::bigint[])[b.pace + 1] * (m.recent_gaps + 1) * d.gap_e1 + 999) / 1000 - m.recent_gap_days,
           CASE WHEN d.silent <= %(lost_after_days)s THEN %(lost_after_days)s + 1 END)::int AS due_on,
       %(on)s::date AS scored_on
  FROM {measured} m
 CROSS JOIN LATERAL (SELECT
        %(on)s::date - m.last_order_on AS silent, nullif(m.usual_gap_e1, 0)::int AS gap_e1,
        nullif(m.longest_gap, 0)::int AS longest) d
 CROSS JOIN LATERAL (SELECT
        d.silent * 1000 / d.gap_e1 AS silence,
        d.silent * 100 / d.longest AS break,
        (m.recent_gap_days + d.silent) * 1000 / ((m.recent_gaps + 1) * d.gap_e1) AS pace,
        m.spread_e2 AS spread,
        CASE WHEN m.usual_value_e4 > 0 THEN least(10000, greatest(m.value_e4, 0) * 100 / m.usual_value_e4)::int END
            AS value,
        CASE WHEN m.usual_lines_e2 > 0 THEN least(10000, greatest(m.lines_e2, 0) * 100 / m.usual_lines_e2)::int END
            AS lines,
        CASE WHEN m.month_expected_e4 > 0 THEN least(10000, greatest(m.month_e4, 0) * 100 / m.month_expected_e4)::int END
            AS month,
        CASE WHEN m.quarter_before_e4 > 0 THEN least(10000, greatest(m.quarter_e4, 0) * 100 / m.quarter_before_e4)::int END
            AS quarter,
        CASE WHEN m.half_before_e4 > 0 THEN least(10000, greatest(m.half_e4, 0) * 100 / m.half_before_e4)::int END
            AS half,
        CASE WHEN m.year_before_e4 > 0 THEN least(10000, greatest(m.year_e4, 0) * 100 / m.year_before_e4)::int END
            AS year,
        CASE WHEN %(mean_year_e4)s > 0 THEN least(10000, greatest(m.year_e4, 0) * 100 / %(mean_year_e4)s)::int END AS size,
        (12 * (date_part('year', %(on)s::date) - date_part('year', m.first_sale_month))
         + date_part('month', %(on)s::date) - date_part('month', m.first_sale_month))::int AS tenure) v
 CROSS JOIN LATERAL (SELECT
        width_bucket(v.silence, %(silence_edges)s::int[]) AS silence,
        width_bucket(v.break, %(break_edges)s::int[]) AS break,
        width_bucket(v.pace, %(pace_edges)s::int[]) AS pace,
        width_bucket(v.spread, %(spread_edges)s::int[]) AS spread,
        width_bucket(v.value, %(value_edges)s::int[]) AS value,
        width_bucket(v.lines, %(lines_edges)s::int[]) AS lines,
        width_bucket(v.month, %(month_edges)s::int[]) AS month,
        width_bucket(v.quarter, %(quarter_edges)s::int[]) AS quarter,
        width_bucket(v.half, %(half_edges)s::int[]) AS half,
        width_bucket(v.year, %(year_edges)s::int[]) AS year,
        width_bucket(v.size, %(size_edges)s::int[]) AS size,
        width_bucket(v.tenure, %(tenure_edges)s::int[]) AS tenure) b
 CROSS JOIN LATERAL (SELECT
        (%(silence_points)s::smallint[])[coalesce(b.silence + 2, 1)] AS silence,
        (%(break_points)s::smallint[])[coalesce(b.break + 2, 1)] AS break,
        (%(pace_points)s::smallint[])[coalesce(b.pace + 2, 1)] AS pace,
        (%(spread_points)s::smallint[])[coalesce(b.spread + 2, 1)] AS spread,
        (%(value_points)s::smallint[])[coalesce(b.value + 2, 1)] AS value,
        (%(lines_points)s::smallint[])[coalesce(b.lines + 2, 1)] AS lines,
        (%(month_points)s::smallint[])[coalesce(b.month + 2, 1)] AS month,
        (%(quarter_points)s::smallint[])[coalesce(b.quarter + 2, 1)] AS quarter,
        (%(half_points)s::smallint[])[coalesce(b.half + 2, 1)] AS half,
        (%(year_points)s::smallint[])[coalesce(b.year + 2, 1)] AS year,
        (%(size_points)s::smallint[])[coalesce(b.size + 2, 1)] AS size,
        (%(tenure_points)s::smallint[])[coalesce(b.tenure + 2, 1)] AS tenure) p
 WHERE %(everybody)s OR m.due_on <= %(on)s

-- step: clear
TRUNCATE alerts_dealerchurn

-- step: fill
INSERT INTO alerts_dealerchurn (dealer_id, last_order_on, order_days, usual_gap_e1, longest_gap, recent_gap_days, recent_gaps, spread_e2,
       value_e4, usual_value_e4, lines_e2, usual_lines_e2, first_sale_month, month_e4, month_expected_e4,
       quarter_e4, quarter_before_e4, half_e4, half_before_e4, year_e4, year_before_e4, prior_e4, p_silence,
       p_break, p_pace, p_spread, p_value, p_lines, p_month, p_quarter, p_half, p_year, p_size, p_tenure, score,
       due_on, scored_on)
SELECT dealer_id, last_order_on, order_days, usual_gap_e1, longest_gap, recent_gap_days, recent_gaps, spread_e2,
       value_e4, usual_value_e4, lines_e2, usual_lines_e2, first_sale_month, month_e4, month_expected_e4,
       quarter_e4, quarter_before_e4, half_e4, half_before_e4, year_e4, year_before_e4, prior_e4, p_silence,
       p_break, p_pace, p_spread, p_value, p_lines, p_month, p_quarter, p_half, p_year, p_size, p_tenure, score,
       due_on, scored_on
  FROM churn_scored s

-- step: drop
DELETE FROM alerts_dealerchurn c
 USING churn_touched t
 WHERE c.dealer_id = t.dealer_id AND NOT EXISTS (SELECT FROM churn_scored s WHERE s.dealer_id = t.dealer_id)

-- step: put
INSERT INTO alerts_dealerchurn AS c (dealer_id, last_order_on, order_days, usual_gap_e1, longest_gap, recent_gap_days, recent_gaps, spread_e2,
       value_e4, usual_value_e4, lines_e2, usual_lines_e2, first_sale_month, month_e4, month_expected_e4,
       quarter_e4, quarter_before_e4, half_e4, half_before_e4, year_e4, year_before_e4, prior_e4, p_silence,
       p_break, p_pace, p_spread, p_value, p_lines, p_month, p_quarter, p_half, p_year, p_size, p_tenure, score,
       due_on, scored_on)
SELECT dealer_id, last_order_on, order_days, usual_gap_e1, longest_gap, recent_gap_days, recent_gaps, spread_e2,
       value_e4, usual_value_e4, lines_e2, usual_lines_e2, first_sale_month, month_e4, month_expected_e4,
       quarter_e4, quarter_before_e4, half_e4, half_before_e4, year_e4, year_before_e4, prior_e4, p_silence,
       p_break, p_pace, p_spread, p_value, p_lines, p_month, p_quarter, p_half, p_year, p_size, p_tenure, score,
       due_on, scored_on
  FROM churn_scored s
    ON CONFLICT (dealer_id) DO UPDATE
   SET last_order_on = excluded.last_order_on, order_days = excluded.order_days,
       usual_gap_e1 = excluded.usual_gap_e1, longest_gap = excluded.longest_gap,
       recent_gap_days = excluded.recent_gap_days, recent_gaps = excluded.recent_gaps,
       spread_e2 = excluded.spread_e2, value_e4 = excluded.value_e4, usual_value_e4 = excluded.usual_value_e4,
       lines_e2 = excluded.lines_e2, usual_lines_e2 = excluded.usual_lines_e2,
       first_sale_month = excluded.first_sale_month, month_e4 = excluded.month_e4,
       month_expected_e4 = excluded.month_expected_e4, quarter_e4 = excluded.quarter_e4,
       quarter_before_e4 = excluded.quarter_before_e4, half_e4 = excluded.half_e4,
       half_before_e4 = excluded.half_before_e4, year_e4 = excluded.year_e4,
       year_before_e4 = excluded.year_before_e4, prior_e4 = excluded.prior_e4, p_silence = excluded.p_silence,
       p_break = excluded.p_break, p_pace = excluded.p_pace, p_spread = excluded.p_spread,
       p_value = excluded.p_value, p_lines = excluded.p_lines, p_month = excluded.p_month,
       p_quarter = excluded.p_quarter, p_half = excluded.p_half, p_year = excluded.p_year, p_size = excluded.p_size,
       p_tenure = excluded.p_tenure, score = excluded.score, due_on = excluded.due_on,
       scored_on = excluded.scored_on

-- step: put_due
UPDATE alerts_dealerchurn c
   SET p_silence = s.p_silence, p_break = s.p_break, p_pace = s.p_pace, score = s.score, due_on = s.due_on,
       scored_on = s.scored_on
  FROM churn_scored s
 WHERE s.dealer_id = c.dealer_id
