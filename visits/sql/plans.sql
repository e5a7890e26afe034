-- What the patches ask for tonight, to be held against what the months' plans knew.
-- Reads: visits_visitdue (written the same night). Parameters: none. Index: none, every dealer is read once.

-- step: patches
SELECT user_id,
       concat_ws(':', count(*), sum(dealer_id), sum(a_year_e2) / 100, sum(dealer_id * (a_year_e2 / 100))) AS mark
  FROM visits_visitdue
 WHERE user_id IS NOT NULL AND a_year_e2 > 0
 GROUP BY user_id
