-- What every dealer brought in twelve closed months, and what it was given: worked out anew each night.
--
-- Reads:      sales_salesrecord, sales_product, sales_dealerfigures, promotions_rebateaccrual, promotions_supportrequest,
--             promotions_claim, promotions_promotion, visits_visit, visits_expense, dealers_creditprofile
-- Writes:     profit_gathered (temporary), promotions_dealerprofit
-- Parameters: starts_on, until (first days of months); programmes, months, months_so_far (bigint arrays, side by side: of each
--             rebate programme how many of its months lie in the twelve, and how many it has had); currencies, rates
--             (arrays, side by side: into the company's currency); visit_e4, rate_e5 (NULL: not set)
-- Index:      the months of sales are read whole; rebateaccrual_once, promotions_dealerprofit_pkey

-- step: gathered
CREATE TEMP TABLE profit_gathered ON COMMIT DROP AS
WITH rate AS (
    SELECT * FROM unnest(%(currencies)s::varchar[], %(rates)s::numeric[]) AS r (currency, rate)
), sold AS (
    SELECT r.dealer_id,
           coalesce(sum(r.amount) FILTER (WHERE r.kind = 'SELL_IN'), 0) AS sales,
           count(*) FILTER (WHERE r.kind = 'SELL_IN') AS lines,
           coalesce(sum(r.quantity) FILTER (WHERE r.kind = 'SELL_IN'), 0) AS bought,
           coalesce(sum(r.amount) FILTER (WHERE r.kind = 'SELL_IN' AND p.unit_cost IS NOT NULL), 0) AS costed,
           sum(r.quantity * p.unit_cost) FILTER (WHERE r.kind = 'SELL_IN') AS goods,
           coalesce(sum(r.amount) FILTER (WHERE r.kind <> 'SELL_IN'), 0) AS sold_on,
           coalesce(sum(r.quantity) FILTER (WHERE r.kind <> 'SELL_IN'), 0) AS sold_quantity
      FROM sales_salesrecord r
      LEFT JOIN sales_product p ON p.id = r.product_id
     WHERE r."on" >= %(starts_on)s AND r."on" < %(until)s
     GROUP BY r.dealer_id
), rebate AS (
    SELECT a.dealer_id, sum(round(a.accrued_e4::numeric * p.months / p.months_so_far))::bigint AS rebates_e4
      FROM unnest(%(programmes)s::bigint[], %(months)s::bigint[], %(months_so_far)s::bigint[])
           AS p (id, months, months_so_far)
      JOIN promotions_rebateaccrual a ON a.programme_id = p.id
     GROUP BY a.dealer_id
), support AS (
    SELECT s.dealer_id, sum(s.cost * s.company_share) AS ours, sum(s.cost * (1 - s.company_share)) AS theirs
      FROM (SELECT dealer_id, company_share, coalesce(actual_cost, cost_people + cost_travel + cost_wear) AS cost
              FROM promotions_supportrequest
             WHERE state IN ('GRANTED', 'RETURNED') AND starts_on >= %(starts_on)s AND starts_on < %(until)s) s
     GROUP BY s.dealer_id
), claim AS (
    SELECT c.dealer_id, sum(c.approved_amount * rate.rate) AS amount, count(*) FILTER (WHERE rate.rate IS NULL) AS unrated
      FROM promotions_claim c
      JOIN promotions_promotion p ON p.id = c.promotion_id
      LEFT JOIN rate ON rate.currency = p.currency
     WHERE c.state IN ('APPROVED', 'SETTLED') AND c.done_on >= %(starts_on)s AND c.done_on < %(until)s
     GROUP BY c.dealer_id
), visited AS (
    SELECT dealer_id, count(*) AS visits
      FROM visits_visit
     WHERE state = 'DONE' AND means = 'IN_PERSON' AND "on" >= %(starts_on)s AND "on" < %(until)s
     GROUP BY dealer_id
), spent AS (
    SELECT coalesce(e.dealer_id, v.dealer_id) AS dealer_id, sum(e.amount * rate.rate) AS amount,
           count(*) FILTER (WHERE rate.rate IS NULL) AS unrated
      FROM visits_expense e
      LEFT JOIN visits_visit v ON v.id = e.visit_id
      LEFT JOIN rate ON rate.currency = e.currency
     WHERE e.state = 'APPROVED' AND e."on" >= %(starts_on)s AND e."on" < %(until)s
     GROUP BY 1
)
SELECT f.dealer_id, (coalesce(sold.sales, 0) * 10000)::bigint AS sales_e4, (coalesce(sold.costed, 0) * 10000)::bigint AS costed_e4,
       -- Who bought nothing costs nothing; of who bought only what has no known cost nothing can be said.
       CASE WHEN coalesce(sold.lines, 0) = 0 THEN 0 ELSE (sold.goods * 10000)::bigint END AS goods_e4,
       coalesce(rebate.rebates_e4, 0) AS rebates_e4, round(coalesce(support.ours, 0) * 10000)::bigint AS support_e4,
       round(coalesce(support.theirs, 0) * 10000)::bigint AS support_own_e4,
       round(coalesce(claim.amount, 0) * 10000)::bigint AS promotions_e4,
       (coalesce(claim.unrated, 0) + coalesce(spent.unrated, 0))::int AS unrated, coalesce(visited.visits, 0)::int AS visits,
       round(coalesce(spent.amount, 0) * 10000)::bigint AS expenses_e4, f.balance_e4,
       (coalesce(sold.bought, 0) * 1000)::bigint AS bought_e3, (coalesce(sold.sold_on, 0) * 10000)::bigint AS sold_e4,
       (coalesce(sold.sold_quantity, 0) * 1000)::bigint AS sold_e3, f.stock_e3,
       round(coalesce(credit.deposit, 0) * 10000)::bigint AS deposit_e4
  FROM sales_dealerfigures f
  LEFT JOIN sold ON sold.dealer_id = f.dealer_id
  LEFT JOIN rebate ON rebate.dealer_id = f.dealer_id
  LEFT JOIN support ON support.dealer_id = f.dealer_id
  LEFT JOIN claim ON claim.dealer_id = f.dealer_id
  LEFT JOIN visited ON visited.dealer_id = f.dealer_id
  LEFT JOIN spent ON spent.dealer_id = f.dealer_id
  LEFT JOIN dealers_creditprofile credit ON credit.dealer_id = f.dealer_id
 WHERE NOT f.in_bin
   AND (sold.dealer_id IS NOT NULL OR rebate.rebates_e4 <> 0 OR support.dealer_id IS NOT NULL OR claim.dealer_id IS NOT NULL
        OR visited.dealer_id IS NOT NULL OR spent.dealer_id IS NOT NULL OR f.balance_e4 <> 0)

-- step: worked
CREATE TEMP TABLE profit_worked ON COMMIT DROP AS
SELECT g.*, %(until)s::date AS until, c.visits_e4, c.capital_e4,
       g.costed_e4 - g.goods_e4 - g.rebates_e4 - g.support_e4 - g.promotions_e4 - g.expenses_e4
       - coalesce(c.visits_e4, 0) - coalesce(c.capital_e4, 0) AS contribution_e4
  FROM profit_gathered g
 CROSS JOIN LATERAL (
       SELECT g.visits * %(visit_e4)s::bigint AS visits_e4,
              round(greatest(g.balance_e4, 0)::numeric * %(rate_e5)s::bigint / 100000)::bigint AS capital_e4
       ) c

-- step: changed
INSERT INTO promotions_dealerprofit AS p
       (dealer_id, until, sales_e4, costed_e4, goods_e4, rebates_e4, support_e4, support_own_e4, promotions_e4, unrated, visits,
        visits_e4, expenses_e4, balance_e4, capital_e4, contribution_e4, bought_e3, sold_e4, sold_e3, stock_e3, deposit_e4)
SELECT w.dealer_id, w.until, w.sales_e4, w.costed_e4, w.goods_e4, w.rebates_e4, w.support_e4, w.support_own_e4, w.promotions_e4,
       w.unrated, w.visits, w.visits_e4, w.expenses_e4, w.balance_e4, w.capital_e4, w.contribution_e4, w.bought_e3,
       w.sold_e4, w.sold_e3, w.stock_e3, w.deposit_e4
  FROM profit_worked w
  LEFT JOIN promotions_dealerprofit o ON o.dealer_id = w.dealer_id
 WHERE (w.until, w.sales_e4, w.costed_e4, w.goods_e4, w.rebates_e4, w.support_e4, w.support_own_e4, w.promotions_e4,
        w.unrated, w.visits, w.visits_e4, w.expenses_e4, w.balance_e4, w.capital_e4, w.contribution_e4, w.bought_e3,
        w.sold_e4, w.sold_e3, w.stock_e3, w.deposit_e4)
       IS DISTINCT FROM
       (o.until, o.sales_e4, o.costed_e4, o.goods_e4, o.rebates_e4, o.support_e4, o.support_own_e4, o.promotions_e4,
        o.unrated, o.visits, o.visits_e4, o.expenses_e4, o.balance_e4, o.capital_e4, o.contribution_e4, o.bought_e3,
        o.sold_e4, o.sold_e3, o.stock_e3, o.deposit_e4)
    ON CONFLICT (dealer_id) DO UPDATE
   SET until = excluded.until, sales_e4 = excluded.sales_e4, costed_e4 = excluded.costed_e4, goods_e4 = excluded.goods_e4,
       rebates_e4 = excluded.rebates_e4, support_e4 = excluded.support_e4, support_own_e4 = excluded.support_own_e4,
       promotions_e4 = excluded.promotions_e4, unrated = excluded.unrated, visits = excluded.visits,
       visits_e4 = excluded.visits_e4, expenses_e4 = excluded.expenses_e4, balance_e4 = excluded.balance_e4,
       capital_e4 = excluded.capital_e4, contribution_e4 = excluded.contribution_e4, bought_e3 = excluded.bought_e3,
       sold_e4 = excluded.sold_e4, sold_e3 = excluded.sold_e3, stock_e3 = excluded.stock_e3,
       deposit_e4 = excluded.deposit_e4

-- step: gone
DELETE FROM promotions_dealerprofit p
 WHERE NOT EXISTS (SELECT FROM profit_worked w WHERE w.dealer_id = p.dealer_id)
