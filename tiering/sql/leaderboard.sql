-- The race of dealers of one kind and tier in some territories: who grew most.
--
-- Reads:      sales_dealerfigures, tiering_dealertier
-- Writes:     nothing
-- Parameters: kind, tier; territories (bigint array, NULL for all); base_share (of the group's median a year before, from
--             which a dealer takes part); most (rows)
-- Index:      tiering_dealertier_pkey; the narrow figures of the kind are read whole

WITH alike AS (
    SELECT f.dealer_id, f.sales_12m_e4 AS now_e4, f.sales_prior_12m_e4 AS before_e4
      FROM sales_dealerfigures f
      JOIN tiering_dealertier t ON t.dealer_id = f.dealer_id AND t.tier = %(tier)s
     WHERE f.trading AND NOT f.in_bin AND f.kind = %(kind)s
       AND (%(territories)s::bigint[] IS NULL OR f.territory_id = ANY(%(territories)s::bigint[]))
), usual AS (
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY before_e4) AS median FROM alike WHERE before_e4 > 0
), racing AS (
    SELECT a.*, rank() OVER (ORDER BY a.now_e4::numeric / a.before_e4 DESC) AS place, count(*) OVER () AS dealers
      FROM alike a
     CROSS JOIN usual u
     WHERE a.before_e4 > 0 AND a.before_e4 >= u.median * %(base_share)s
)
SELECT r.dealer_id, r.place, r.now_e4, r.before_e4, r.dealers, (SELECT count(*) FROM alike) AS alike
  FROM racing r
 ORDER BY r.place, r.dealer_id
 LIMIT %(most)s
