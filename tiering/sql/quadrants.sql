-- The quadrant of loyalty and strength of every trading dealer, written where it differs, with the moves and the counts
-- of each patch.
--
-- Reads:      tiering_dealerscore, sales_dealerfigures
-- Writes:     tiering_dealerquadrant, tiering_quadrantchange, tiering_quadrantcount
-- Parameters: on, loyalty, strength (the cuts), hysteresis
-- Index:      tiering_dealerquadrant_pkey, quadrantchange_once_a_night

-- Only what differs. Who is in no quadrant yet is measured at the cut itself.
-- step: decide
CREATE TEMP TABLE {target} ON COMMIT DROP AS
WITH known AS (
    SELECT s.dealer_id, s.loyalty, s.strength, q.quadrant AS was,
           s.loyalty >= %(loyalty)s + CASE WHEN q.quadrant IS NULL THEN 0 WHEN q.quadrant IN ('CORE', 'DEVELOP')
                                           THEN -%(hysteresis)s ELSE %(hysteresis)s END AS loyal,
           s.strength >= %(strength)s + CASE WHEN q.quadrant IS NULL THEN 0 WHEN q.quadrant IN ('CORE', 'NEGOTIATE')
                                             THEN -%(hysteresis)s ELSE %(hysteresis)s END AS strong
      FROM sales_dealerfigures f
      JOIN tiering_dealerscore s ON s.dealer_id = f.dealer_id
      LEFT JOIN tiering_dealerquadrant q ON q.dealer_id = f.dealer_id
     WHERE f.trading AND s.loyalty IS NOT NULL AND s.strength IS NOT NULL
), placed AS (
    SELECT k.dealer_id, k.loyalty, k.strength, k.was,
           CASE WHEN k.loyal THEN CASE WHEN k.strong THEN 'CORE' ELSE 'DEVELOP' END
                WHEN k.strong THEN 'NEGOTIATE' ELSE 'PHASE_OUT' END AS quadrant
      FROM known k
)
SELECT p.* FROM placed p WHERE p.was IS DISTINCT FROM p.quadrant
 UNION ALL
SELECT q.dealer_id, s.loyalty, s.strength, q.quadrant, NULL
  FROM tiering_dealerquadrant q
  LEFT JOIN tiering_dealerscore s ON s.dealer_id = q.dealer_id
  LEFT JOIN sales_dealerfigures f ON f.dealer_id = q.dealer_id AND f.trading
 WHERE f.dealer_id IS NULL OR s.loyalty IS NULL OR s.strength IS NULL

-- The first quadrant of a dealer is no move.
-- step: moves
INSERT INTO tiering_quadrantchange (dealer_id, "on", from_quadrant, quadrant, loyalty, strength)
SELECT n.dealer_id, %(on)s, n.was, n.quadrant, n.loyalty, n.strength
  FROM {target} n
 WHERE n.was IS NOT NULL
    ON CONFLICT (dealer_id, "on")
    DO UPDATE SET quadrant = EXCLUDED.quadrant, loyalty = EXCLUDED.loyalty, strength = EXCLUDED.strength

-- step: change
UPDATE tiering_dealerquadrant q
   SET quadrant = n.quadrant, since = %(on)s
  FROM {target} n
 WHERE q.dealer_id = n.dealer_id AND n.quadrant IS NOT NULL

-- step: add
INSERT INTO tiering_dealerquadrant (dealer_id, quadrant, since)
SELECT n.dealer_id, n.quadrant, %(on)s FROM {target} n WHERE n.was IS NULL

-- step: leave
DELETE FROM tiering_dealerquadrant q USING {target} n WHERE q.dealer_id = n.dealer_id AND n.quadrant IS NULL

-- step: uncount
DELETE FROM tiering_quadrantcount

-- step: count
INSERT INTO tiering_quadrantcount (territory_id, quadrant, dealers, sales_e4)
SELECT f.territory_id, coalesce(q.quadrant, ''), count(*), sum(f.sales_12m_e4)
  FROM sales_dealerfigures f
  LEFT JOIN tiering_dealerquadrant q ON q.dealer_id = f.dealer_id
 WHERE f.trading AND NOT f.in_bin
 GROUP BY f.territory_id, coalesce(q.quadrant, '')
