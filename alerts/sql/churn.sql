-- What the churn score reads of each dealer as of a day: the rhythm of its orders, and its sums of closed months.
--
-- Reads:      {order_days} (dealer_id, on, amount_e4, lines: one row for a dealer and a day with an order) and {months}
--             (dealer_id, month, amount_e4); sales_salesrecord and sales_dealermonth where those are made from them;
--             sales_dealerfigures and alerts_dealerchurn (who differs)
-- Writes:     churn_touched, churn_sold, churn_measured (temporary tables), churn_order_days, churn_months
--             and what ends in _touched (temporary views)
-- Parameters: on (the day: only what was before it counts), month (the first of its month: only months before it count),
--             since (the first day that is looked at), back_1, back_3, back_6, back_12, back_15, back_24 (first days of
--             months so many before `month`), expected (thousandths: what the last closed month usually is of a month)
-- Index:      salesrecord_line_once, sales_dealermonth_pkey

-- step: make_touched
CREATE TEMP TABLE IF NOT EXISTS churn_touched (dealer_id bigint PRIMARY KEY) ON COMMIT DROP

-- step: touch
-- Whose last order or sums are others than those that it was scored by.
INSERT INTO churn_touched
SELECT f.dealer_id
  FROM sales_dealerfigures f
  LEFT JOIN alerts_dealerchurn c ON c.dealer_id = f.dealer_id
 WHERE f.last_order_on IS NOT NULL
   AND (c.last_order_on, c.year_e4, c.prior_e4) IS DISTINCT FROM (f.last_order_on, f.sales_12m_e4, f.sales_prior_12m_e4)
 UNION ALL
SELECT c.dealer_id
  FROM alerts_dealerchurn c
  JOIN sales_dealerfigures f ON f.dealer_id = c.dealer_id
 WHERE f.last_order_on IS NULL

-- step: order_days
-- A figure of a whole month, which stands under its first day, counts as an order on its last one, once that is over.
CREATE OR REPLACE TEMP VIEW churn_order_days AS
SELECT d.dealer_id, d."on", d.amount_e4, d.lines
  FROM (SELECT r.dealer_id,
               CASE WHEN r.by_month THEN (r."on" + interval '1 month')::date - 1 ELSE r."on" END AS "on",
               (sum(r.amount) * 10000)::bigint AS amount_e4, count(*)::int AS lines
          FROM sales_salesrecord r
         WHERE r.kind = 'SELL_IN' AND r.quantity > 0 AND r."on" >= %(since)s::date - 30 AND r."on" < %(on)s
         GROUP BY 1, 2) d
 WHERE d."on" < %(on)s

-- step: order_days_touched
-- Joined, so that the few are looked up by the index of each month.
CREATE OR REPLACE TEMP VIEW churn_order_days_touched AS
SELECT d.dealer_id, d."on", d.amount_e4, d.lines
  FROM (SELECT r.dealer_id,
               CASE WHEN r.by_month THEN (r."on" + interval '1 month')::date - 1 ELSE r."on" END AS "on",
               (sum(r.amount) * 10000)::bigint AS amount_e4, count(*)::int AS lines
          FROM churn_touched t
          JOIN sales_salesrecord r ON r.dealer_id = t.dealer_id
         WHERE r.kind = 'SELL_IN' AND r.quantity > 0 AND r."on" >= %(since)s::date - 30 AND r."on" < %(on)s
         GROUP BY 1, 2) d
 WHERE d."on" < %(on)s

-- step: months
CREATE OR REPLACE TEMP VIEW churn_months AS
SELECT m.dealer_id, m.month, m.amount_e4 FROM sales_dealermonth m WHERE m.kind = 'SELL_IN' AND m.month < %(month)s

-- step: months_touched
CREATE OR REPLACE TEMP VIEW churn_months_touched AS
SELECT m.dealer_id, m.month, m.amount_e4
  FROM churn_touched t
  JOIN sales_dealermonth m ON m.dealer_id = t.dealer_id
 WHERE m.kind = 'SELL_IN' AND m.month < %(month)s

-- step: sold
CREATE TEMP TABLE churn_sold ON COMMIT DROP AS
SELECT m.dealer_id,
       min(m.month) FILTER (WHERE m.amount_e4 > 0) AS first_sale_month,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month = %(back_1)s), 0)::bigint AS month_e4,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month >= %(back_3)s), 0)::bigint AS quarter_e4,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month >= %(back_15)s AND m.month < %(back_12)s), 0)::bigint
           AS quarter_before_e4,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month >= %(back_6)s), 0)::bigint AS half_e4,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month >= %(back_12)s), 0)::bigint AS year_e4,
       coalesce(sum(m.amount_e4) FILTER (WHERE m.month >= %(back_24)s AND m.month < %(back_12)s), 0)::bigint AS prior_e4
  FROM {months} m
 WHERE m.month < %(month)s
 GROUP BY m.dealer_id

-- step: market
-- What the last closed month was of a usual one, in thousandths, and what a dealer bought in a year on average.
SELECT (12000 * sum(s.month_e4) / nullif(sum(s.year_e4), 0))::int,
       (sum(s.year_e4) FILTER (WHERE s.year_e4 > 0) / nullif(count(*) FILTER (WHERE s.year_e4 > 0), 0))::bigint
  FROM churn_sold s

-- step: measure
CREATE TEMP TABLE churn_measured ON COMMIT DROP AS
WITH ordered AS (
    SELECT o.dealer_id, o."on", o.amount_e4, o.lines,
           lag(o."on") OVER (PARTITION BY o.dealer_id ORDER BY o."on") AS before_on,
           last_value(o."on") OVER (PARTITION BY o.dealer_id ORDER BY o."on"
                                    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS last_on,
           row_number() OVER (PARTITION BY o.dealer_id ORDER BY o."on" DESC) AS back
      FROM {order_days} o
     WHERE o."on" >= %(since)s AND o."on" < %(on)s
), of_year AS (
    SELECT o.dealer_id, o."on", o.amount_e4, o.lines, o.back, o.last_on,
           CASE WHEN o.before_on > o.last_on - 365 THEN (o."on" - o.before_on)::bigint END AS gap
      FROM ordered o
     WHERE o."on" > o.last_on - 365
), rhythm AS (
    SELECT o.dealer_id, max(o.last_on) AS last_order_on, count(*)::smallint AS order_days,
           (percentile_cont(0.5) WITHIN GROUP (ORDER BY o.gap) * 10)::smallint AS usual_gap_e1,
           max(o.gap)::smallint AS longest_gap,
           coalesce(sum(o.gap) FILTER (WHERE o.back <= 3), 0)::smallint AS recent_gap_days,
           (count(o.gap) FILTER (WHERE o.back <= 3))::smallint AS recent_gaps,
           floor(sqrt((10000 * (count(o.gap) * sum(o.gap * o.gap)::bigint - sum(o.gap)::bigint * sum(o.gap)::bigint)
                       / nullif(sum(o.gap)::bigint * sum(o.gap)::bigint, 0))::float8))::int AS spread_e2,
           div(sum(o.amount_e4) FILTER (WHERE o.back <= 3), count(*) FILTER (WHERE o.back <= 3))::bigint AS value_e4,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY o.amount_e4) AS usual_value_e4,
           (100 * sum(o.lines) FILTER (WHERE o.back <= 6) / count(*) FILTER (WHERE o.back <= 6))::int AS lines_e2,
           (100 * sum(o.lines) / count(*))::int AS usual_lines_e2
      FROM of_year o
     GROUP BY o.dealer_id
)
SELECT r.dealer_id, r.last_order_on, r.order_days, r.usual_gap_e1, r.longest_gap, r.recent_gap_days, r.recent_gaps,
       r.spread_e2, r.value_e4, r.usual_value_e4, r.lines_e2, r.usual_lines_e2, s.first_sale_month,
       coalesce(s.month_e4, 0) AS month_e4,
       CASE WHEN s.first_sale_month <= %(back_12)s THEN s.year_e4 * %(expected)s / 12000 END AS month_expected_e4,
       coalesce(s.quarter_e4, 0) AS quarter_e4,
       CASE WHEN s.first_sale_month <= %(back_15)s THEN s.quarter_before_e4 END AS quarter_before_e4,
       coalesce(s.half_e4, 0) AS half_e4,
       CASE WHEN s.first_sale_month <= %(back_12)s THEN s.year_e4 - s.half_e4 END AS half_before_e4,
       coalesce(s.year_e4, 0) AS year_e4,
       CASE WHEN s.first_sale_month <= %(back_24)s THEN s.prior_e4 END AS year_before_e4,
       coalesce(s.prior_e4, 0) AS prior_e4, NULL::date AS due_on
  FROM rhythm r
  LEFT JOIN churn_sold s USING (dealer_id)
