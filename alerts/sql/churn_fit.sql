-- Order days and months of a sample of dealers, always the same ones, for manage.py fit_churn.
--
-- Reads:      sales_salesrecord, sales_dealermonth, sales_dealerfigures
-- Writes:     churn_fit_dealers, churn_fit_days, churn_fit_months (temporary)
-- Parameters: dealers (at most so many), on (nothing from that day on)
-- Index:      salesrecord_line_once, sales_dealermonth_pkey

-- step: dealers
CREATE TEMP TABLE churn_fit_dealers ON COMMIT DROP AS
SELECT f.dealer_id
  FROM sales_dealerfigures f
 WHERE f.first_sale_month IS NOT NULL
 ORDER BY hashint8extended(f.dealer_id, 1), f.dealer_id
 LIMIT %(dealers)s

-- step: days
CREATE TEMP TABLE churn_fit_days ON COMMIT DROP AS
SELECT d.dealer_id, d."on", sum(d.amount_e4)::bigint AS amount_e4, sum(d.lines)::int AS lines
  FROM (SELECT r.dealer_id,
               CASE WHEN r.by_month THEN (r."on" + interval '1 month')::date - 1 ELSE r."on" END AS "on",
               (sum(r.amount) * 10000)::bigint AS amount_e4, count(*)::int AS lines
          FROM sales_salesrecord r
         WHERE r.kind = 'SELL_IN' AND r.quantity > 0 AND r."on" < %(on)s
           AND r.dealer_id IN (SELECT s.dealer_id FROM churn_fit_dealers s)
         GROUP BY 1, 2) d
 WHERE d."on" < %(on)s
 GROUP BY d.dealer_id, d."on"

-- step: months
CREATE TEMP TABLE churn_fit_months ON COMMIT DROP AS
SELECT m.dealer_id, m.month, m.amount_e4
  FROM sales_dealermonth m
 WHERE m.kind = 'SELL_IN' AND m.dealer_id IN (SELECT s.dealer_id FROM churn_fit_dealers s)

-- step: first
SELECT min(d."on") FROM churn_fit_days d
