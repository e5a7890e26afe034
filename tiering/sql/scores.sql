-- Components and scores of all trading dealers as of a day. What is measured comes before what was judged.
--
-- Reads:      {figures}, dealers_dealer, dealers_businessstatus, dealers_brandshare, dealers_traits, sales_receivable,
--             tiering_scorejudgement; snapshots and judgements of the day or before it
-- Writes:     {target} (temporary), tiering_dealerscore where something differs
-- Parameters: on, year_ago, portfolio_since (older portfolios say nothing), judged_after, and a weight for each score and
--             component (tiering.scores puts the sums in for the mark below)
-- Index:      businessstatus_once_a_day, brandshare_once_a_day, scorejudgement_once_a_day; else passes over whole tables

-- step: measure
CREATE TEMP TABLE {target} ON COMMIT DROP AS
WITH status AS (
    SELECT DISTINCT ON (b.dealer_id) b.dealer_id, b.capital_strength, b.annual_sales_all_brands, b.sales_staff, b.vehicles
      FROM dealers_businessstatus b
     WHERE b."on" <= %(on)s
     ORDER BY b.dealer_id, b."on" DESC
), portfolio_on AS (
    SELECT s.dealer_id, max(s."on") AS "on"
      FROM dealers_brandshare s
     WHERE s."on" <= %(on)s AND s."on" > %(portfolio_since)s
     GROUP BY s.dealer_id
), portfolio AS (
    SELECT s.dealer_id,
           CASE WHEN count(s.sales_share) > 0 THEN coalesce(sum(s.sales_share) FILTER (WHERE s.ours), 0) END AS of_sales,
           CASE WHEN count(s.fund_share) > 0 THEN coalesce(sum(s.fund_share) FILTER (WHERE s.ours), 0) END AS of_funds
      FROM dealers_brandshare s
      JOIN portfolio_on USING (dealer_id, "on")
     GROUP BY s.dealer_id
), fallen_due AS (
    SELECT r.dealer_id, sum(r.amount) * 10000 AS amount_e4
      FROM sales_receivable r
     WHERE r.kind IN ('INVOICE', 'BILL') AND r.amount > 0 AND r.due_on >= %(year_ago)s AND r.due_on < %(on)s
     GROUP BY r.dealer_id
), outlets AS (
    SELECT d.parent_id AS dealer_id, count(*) AS number
      FROM dealers_dealer d
      JOIN {figures} f ON f.dealer_id = d.id AND f.trading
     WHERE d.parent_id IS NOT NULL
     GROUP BY d.parent_id
), said AS (
    SELECT DISTINCT ON (j.dealer_id, j.component) j.dealer_id, j.component, j.value
      FROM tiering_scorejudgement j
     WHERE j.judged_on <= %(on)s AND j.judged_on > %(judged_after)s
     ORDER BY j.dealer_id, j.component, j.judged_on DESC
), judged AS (
    SELECT s.dealer_id,
           max(s.value) FILTER (WHERE s.component = 'WALLET') AS wallet,
           max(s.value) FILTER (WHERE s.component = 'EXECUTION') AS execution,
           max(s.value) FILTER (WHERE s.component = 'PARTICIPATION') AS participation,
           max(s.value) FILTER (WHERE s.component = 'PUNCTUALITY') AS punctuality,
           max(s.value) FILTER (WHERE s.component = 'MARKET_ORDER') AS market_order,
           max(s.value) FILTER (WHERE s.component = 'TENURE') AS tenure,
           max(s.value) FILTER (WHERE s.component = 'SURVEY') AS survey,
           max(s.value) FILTER (WHERE s.component = 'SALES_LEVEL') AS sales_level,
           max(s.value) FILTER (WHERE s.component = 'CAPITAL') AS capital,
           max(s.value) FILTER (WHERE s.component = 'OUTLETS') AS outlets,
           max(s.value) FILTER (WHERE s.component = 'STAFF') AS staff,
           max(s.value) FILTER (WHERE s.component = 'MANAGEMENT') AS management,
           max(s.value) FILTER (WHERE s.component = 'GROWTH') AS growth,
           max(s.value) FILTER (WHERE s.component = 'MARKET_SIZE') AS market_size,
           max(s.value) FILTER (WHERE s.component = 'PROFILE') AS profile
      FROM said s
     GROUP BY s.dealer_id
), level_of_all AS (
    SELECT s.dealer_id, cume_dist() OVER (ORDER BY s.annual_sales_all_brands) AS level
      FROM status s
      JOIN {figures} f ON f.dealer_id = s.dealer_id AND f.trading
     WHERE s.annual_sales_all_brands IS NOT NULL
), level_of_ours AS (
    SELECT f.dealer_id, cume_dist() OVER (ORDER BY f.sales_12m_e4) AS level
      FROM {figures} f
     WHERE f.trading AND f.sales_12m_e4 > 0
), measured AS (
    SELECT f.dealer_id,
           round(100 * CASE WHEN p.of_sales IS NULL THEN p.of_funds WHEN p.of_funds IS NULL THEN p.of_sales
                            ELSE (p.of_sales + p.of_funds) / 2 END)::smallint AS wallet,
           CASE WHEN due.amount_e4 > 0 THEN greatest(round(100 * (1 - f.overdue_e4 / due.amount_e4)), 0)
                WHEN f.overdue_e4 > 0 THEN 0 END::smallint AS punctuality,
           CASE WHEN coalesce(d.customer_since, f.first_sale_month) <= %(on)s THEN
               20 * least(extract(year FROM age(%(on)s::date, coalesce(d.customer_since, f.first_sale_month))), 5)
           END::smallint AS tenure,
           round(100 * coalesce(la.level, lo.level))::smallint AS sales_level,
           (25 * (s.capital_strength - 1))::smallint AS capital,
           CASE WHEN o.number >= 20 THEN 100 WHEN o.number >= 10 THEN 80 WHEN o.number >= 5 THEN 60
                WHEN o.number >= 2 THEN 40 WHEN o.number >= 1 THEN 20 END::smallint AS outlets,
           CASE WHEN s.sales_staff IS NOT NULL OR s.vehicles IS NOT NULL
                THEN least(5 * coalesce(s.sales_staff, 0) + 10 * coalesce(s.vehicles, 0), 100) END::smallint AS staff,
           (25 * (t.management_level - 1))::smallint AS management,
           CASE WHEN f.sales_prior_12m_e4 > 0 THEN
               least(greatest(round(100.0 * f.sales_12m_e4 / f.sales_prior_12m_e4 - 50), 0), 100)
           END::smallint AS growth,
           d.completeness::smallint AS profile
      FROM {figures} f
      JOIN dealers_dealer d ON d.id = f.dealer_id
      LEFT JOIN status s ON s.dealer_id = f.dealer_id
      LEFT JOIN portfolio p ON p.dealer_id = f.dealer_id
      LEFT JOIN fallen_due due ON due.dealer_id = f.dealer_id
      LEFT JOIN outlets o ON o.dealer_id = f.dealer_id
      LEFT JOIN dealers_traits t ON t.dealer_id = f.dealer_id
      LEFT JOIN level_of_all la ON la.dealer_id = f.dealer_id
      LEFT JOIN level_of_ours lo ON lo.dealer_id = f.dealer_id
     WHERE f.trading
), known AS (
    SELECT m.dealer_id,
           coalesce(m.wallet, j.wallet) AS wallet, j.execution, j.participation,
           coalesce(m.punctuality, j.punctuality) AS punctuality, j.market_order,
           coalesce(m.tenure, j.tenure) AS tenure, j.survey,
           coalesce(m.sales_level, j.sales_level) AS sales_level, coalesce(m.capital, j.capital) AS capital,
           coalesce(m.outlets, j.outlets) AS outlets, coalesce(m.staff, j.staff) AS staff,
           coalesce(m.management, j.management) AS management, coalesce(m.growth, j.growth) AS growth,
           j.market_size, m.profile,
           CASE WHEN j.dealer_id IS NULL THEN 0 ELSE
               CASE WHEN m.wallet IS NULL AND j.wallet IS NOT NULL THEN 1 ELSE 0 END
             + CASE WHEN j.execution IS NOT NULL THEN 2 ELSE 0 END
             + CASE WHEN j.participation IS NOT NULL THEN 4 ELSE 0 END
             + CASE WHEN m.punctuality IS NULL AND j.punctuality IS NOT NULL THEN 8 ELSE 0 END
             + CASE WHEN j.market_order IS NOT NULL THEN 16 ELSE 0 END
             + CASE WHEN m.tenure IS NULL AND j.tenure IS NOT NULL THEN 32 ELSE 0 END
             + CASE WHEN j.survey IS NOT NULL THEN 64 ELSE 0 END
             + CASE WHEN m.sales_level IS NULL AND j.sales_level IS NOT NULL THEN 128 ELSE 0 END
             + CASE WHEN m.capital IS NULL AND j.capital IS NOT NULL THEN 256 ELSE 0 END
             + CASE WHEN m.outlets IS NULL AND j.outlets IS NOT NULL THEN 512 ELSE 0 END
             + CASE WHEN m.staff IS NULL AND j.staff IS NOT NULL THEN 1024 ELSE 0 END
             + CASE WHEN m.management IS NULL AND j.management IS NOT NULL THEN 2048 ELSE 0 END
             + CASE WHEN m.growth IS NULL AND j.growth IS NOT NULL THEN 4096 ELSE 0 END
             + CASE WHEN j.market_size IS NOT NULL THEN 8192 ELSE 0 END
           END AS judged
      FROM measured m
      LEFT JOIN judged j ON j.dealer_id = m.dealer_id
), summed AS (
    SELECT k.*, /* sums */
      FROM known k
)
SELECT s.dealer_id,
       ((2 * cooperation_sum + cooperation_of) / nullif(2 * cooperation_of, 0))::smallint AS cooperation,
       CASE WHEN s.survey <= 40 THEN least((2 * loyalty_sum + loyalty_of) / nullif(2 * loyalty_of, 0), 59)
            ELSE (2 * loyalty_sum + loyalty_of) / nullif(2 * loyalty_of, 0) END::smallint AS loyalty,
       ((2 * strength_sum + strength_of) / nullif(2 * strength_of, 0))::smallint AS strength,
       ((2 * potential_sum + potential_of) / nullif(2 * potential_of, 0))::smallint AS potential,
       ARRAY[wallet, execution, participation, punctuality, market_order, tenure, survey, sales_level, capital, outlets,
             staff, management, growth, market_size, profile]::smallint[] AS "values",
       s.judged
  FROM summed s

-- step: change
UPDATE tiering_dealerscore s
   SET cooperation = n.cooperation, loyalty = n.loyalty, strength = n.strength, potential = n.potential,
       "values" = n."values", judged = n.judged, "on" = %(on)s
  FROM {target} n
 WHERE s.dealer_id = n.dealer_id
   AND (s.cooperation, s.loyalty, s.strength, s.potential, s."values", s.judged)
       IS DISTINCT FROM (n.cooperation, n.loyalty, n.strength, n.potential, n."values", n.judged)

-- Apart from the insert: a join with a table that was empty when it was planned, and grows meanwhile, never ends.
-- step: missing
CREATE TEMP TABLE {missing} ON COMMIT DROP AS
SELECT n.* FROM {target} n WHERE NOT EXISTS (SELECT FROM tiering_dealerscore s WHERE s.dealer_id = n.dealer_id)

-- step: add
INSERT INTO tiering_dealerscore (dealer_id, cooperation, loyalty, strength, potential, "values", judged, "on")
SELECT n.dealer_id, n.cooperation, n.loyalty, n.strength, n.potential, n."values", n.judged, %(on)s
  FROM {missing} n
