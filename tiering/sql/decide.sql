-- The rule for all dealers at once: what each is now, where that differs from what it was. tiering/rule.py says the same
-- for one dealer, a test holds the two against each other.
--
-- Reads:      {figures} (sales_dealerfigures, or the same columns as of a past date, or of some dealers only), {scores}
--             (tiering_dealerscore or as of a past date), {current} (tiering_dealertier or as of a past date),
--             tiering_tieroverride; with damping also dealers_dealer and tiering_tierchange, with a completeness asked
--             for also dealers_dealer
-- Writes:     {target} (temporary): one row for each dealer whose decision or figures differ
-- Parameters: on, by_amount, always_a, ranked (kinds), kind (the only ranked one), skip (places less one), cut_off,
--             growth_over, growth_under (1 + growth as a fraction), b_years, b_min_cooperation, b_min_loyalty,
--             history_since, min_completeness, damping, year_start
-- Index:      figures_rank for the count and the cut-off; the rest is one pass over narrow rows, in parallel

-- step: count_ranked
SELECT count(*) FROM {figures} f WHERE f.trading AND f.kind = ANY(%(ranked)s)

-- step: value_at_place_of_one_kind
SELECT CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END
  FROM {figures} f
 WHERE f.trading AND f.kind = %(kind)s
 ORDER BY 1 DESC
OFFSET %(skip)s LIMIT 1

-- step: value_at_place
SELECT CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END
  FROM {figures} f
 WHERE f.trading AND f.kind = ANY(%(ranked)s)
 ORDER BY 1 DESC
OFFSET %(skip)s LIMIT 1

-- A volatile column keeps the planner from merging the levels above and below "ruled", which would work out the conditions
-- some thirty times for each dealer. OFFSET 0 or a CTE would do so too, but not in parallel.
-- step: decide
CREATE TEMP TABLE {target} ON COMMIT DROP AS
WITH facts AS (
    SELECT f.dealer_id, f.kind, f.trading, f.year, f.first_sale_month, s.cooperation, s.loyalty,
           CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END AS value,
           CASE WHEN %(by_amount)s THEN f.amount_1_e4 ELSE f.quantity_1_e3 END AS value_1,
           CASE WHEN %(by_amount)s THEN f.amount_2_e4 ELSE f.quantity_2_e3 END AS value_2,
           o.id AS override_id, o.tier AS override_tier, start.tier AS year_tier, profile.completeness
      FROM {figures} f
      LEFT JOIN {scores} s ON s.dealer_id = f.dealer_id
      -- Of two that overlap, the one asked for later.
      LEFT JOIN (SELECT DISTINCT ON (o.dealer_id) o.dealer_id, o.id, o.tier
                   FROM tiering_tieroverride o
                  WHERE o.state = 'APPROVED' AND o.starts_on <= %(on)s AND o.expires_on > %(on)s
                  ORDER BY o.dealer_id, o.id DESC) o ON o.dealer_id = f.dealer_id
      LEFT JOIN dealers_dealer profile ON %(min_completeness)s > 0 AND profile.id = f.dealer_id
      -- The tier with which the dealer went into the fiscal year. Who is suspended or phased out is not held up.
      LEFT JOIN (SELECT DISTINCT ON (c.dealer_id) c.dealer_id, c.tier
                   FROM tiering_tierchange c
                   JOIN dealers_dealer d ON d.id = c.dealer_id AND d.status NOT IN ('SUSPENDED', 'PHASE_OUT')
                  WHERE %(damping)s AND c."on" < %(year_start)s
                  ORDER BY c.dealer_id, c."on" DESC) start ON start.dealer_id = f.dealer_id
), weighed AS (
    SELECT facts.*,
           CASE WHEN NOT trading THEN 0 ELSE
               CASE WHEN value_1 <= 0 OR (%(b_years)s = 2 AND value_2 <= 0) THEN 1 ELSE 0 END
             + CASE WHEN value_1 > 0 AND value * %(growth_under)s < value_1 * %(growth_over)s THEN 2 ELSE 0 END
             + CASE WHEN %(b_years)s = 2 AND value_2 > 0
                     AND value_1 * %(growth_under)s < value_2 * %(growth_over)s THEN 4 ELSE 0 END
             + CASE WHEN cooperation IS NULL THEN 8 WHEN cooperation < %(b_min_cooperation)s THEN 16 ELSE 0 END
             + CASE WHEN loyalty IS NULL THEN 32 WHEN loyalty < %(b_min_loyalty)s THEN 64 ELSE 0 END
             + CASE WHEN first_sale_month <= %(history_since)s THEN 0 ELSE 128 END
             + CASE WHEN completeness < %(min_completeness)s THEN 256 ELSE 0 END
           END::smallint AS missing
      FROM facts
)
SELECT n.*, w.dealer_id IS NULL AS is_new, w.tier AS was_tier, w.since AS was_since,
       (n.tier, n.reason = 'OVERRIDE') IS DISTINCT FROM (w.tier, coalesce(w.reason = 'OVERRIDE', false)) AS moved
  FROM (SELECT dealer_id, kind, year, value, value_1, value_2, first_sale_month, cooperation, loyalty, missing, computed,
               CASE WHEN trading THEN coalesce(override_tier, computed) END AS tier,
               CASE WHEN trading THEN override_id END AS override_id,
               CASE WHEN NOT trading THEN 'OUTSIDE'
                    WHEN override_tier IS NOT NULL THEN 'OVERRIDE'
                    WHEN computed IS DISTINCT FROM by_rule THEN 'DAMPED'
                    WHEN kind = ANY(%(always_a)s) THEN 'AGENT'
                    WHEN computed = 'A' THEN 'RANK'
                    WHEN computed = 'B' THEN 'GROWTH'
                    ELSE 'REST' END AS reason
          FROM (SELECT ruled.*, CASE WHEN year_tier = 'A' AND by_rule = 'C' THEN 'B' ELSE by_rule END AS computed
                  FROM (SELECT weighed.*, clock_timestamp() AS apart,
                               CASE WHEN NOT trading THEN NULL
                                    WHEN kind = ANY(%(always_a)s) THEN 'A'
                                    WHEN kind = ANY(%(ranked)s) AND value >= %(cut_off)s AND missing & 256 = 0 THEN 'A'
                                    WHEN missing = 0 THEN 'B'
                                    ELSE 'C' END AS by_rule
                          FROM weighed) ruled) decided) n
  LEFT JOIN {current} w ON w.dealer_id = n.dealer_id
 WHERE (w.dealer_id IS NOT NULL OR n.reason <> 'OUTSIDE')
   AND (n.tier, n.computed, n.reason, n.missing, n.kind, n.year, n.value, n.value_1, n.value_2, n.first_sale_month,
        n.cooperation, n.loyalty, n.override_id)
       IS DISTINCT FROM
       (w.tier, w.computed, w.reason, w.missing, w.kind, w.year, w.value, w.value_1, w.value_2, w.first_sale_month,
        w.cooperation, w.loyalty, w.override_id)
