-- Writes: dealers_dealer.completeness, only where it changes.
-- Reads:  profile_facts.sql, put in at its mark; the weighted sum is put in at the other (see dealers.completeness.refresh).
-- Params: dealer_ids (NULL: all), on, total (sum of the weights), weight_<key>.
UPDATE dealers_dealer AS d
   SET completeness = scored.percent
  FROM (SELECT facts.id,
               CASE WHEN %(total)s = 0 THEN 100 ELSE 100 * (/* points */) / %(total)s END AS percent
          FROM (/* facts */) AS facts) AS scored
 WHERE scored.id = d.id
   AND d.completeness IS DISTINCT FROM scored.percent
