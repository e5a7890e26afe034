-- Dealers that were given support or promotions: its cost, what they promised and achieved, what it brought.
--
-- Reads:      promotions_dealerresult, promotions_evaluation, promotions_promotion, promotions_participant,
--             promotions_claim, promotions_supportrequest, dealers_dealer
-- Writes:     nothing
-- Parameters: since (first day); currencies, rates (arrays, side by side: into the company's currency); everything,
--             territories (whose dealers are seen); most (rows); by_kept (who kept
--             least first, else who got most)
-- Index:      dealers_dealer_pkey; what was given in a year is read whole

WITH rate AS (
    SELECT * FROM unnest(%(currencies)s::varchar[], %(rates)s::numeric[]) AS r (currency, rate)
), given AS (
    SELECT x.dealer_id, x.spend * r.rate AS cost, x.estimate * r.rate AS promised, x.net * r.rate AS achieved,
           x.roi * x.spend * r.rate AS gain, CASE WHEN x.roi IS NOT NULL THEN x.spend * r.rate END AS gain_cost
      FROM promotions_promotion p
      JOIN rate r ON r.currency = p.currency
      JOIN promotions_evaluation e ON e.promotion_id = p.id
      JOIN promotions_dealerresult x ON x.evaluation_id = e.id
     WHERE p.starts_on >= %(since)s
     UNION ALL
    SELECT c.dealer_id, c.approved_amount * r.rate, NULL, NULL, NULL, NULL
      FROM promotions_promotion p
      JOIN rate r ON r.currency = p.currency
      JOIN promotions_claim c ON c.promotion_id = p.id
     WHERE p.starts_on >= %(since)s AND p.state IN ('RUNNING', 'ENDED') AND c.state IN ('APPROVED', 'SETTLED')
       AND NOT EXISTS (SELECT FROM promotions_evaluation e WHERE e.promotion_id = p.id)
     UNION ALL
    SELECT s.dealer_id, coalesce(s.actual_cost, s.cost_people + s.cost_travel + s.cost_wear) * s.company_share,
           CASE WHEN s.commitment <> 'OPEN' THEN coalesce(s.buys_amount, 0) ELSE 0 END
           + CASE WHEN s.payment <> 'OPEN' THEN coalesce(s.pays_amount, 0) ELSE 0 END,
           CASE WHEN s.commitment <> 'OPEN' AND s.buys_amount IS NOT NULL THEN coalesce(s.bought_amount, 0) ELSE 0 END
           + CASE WHEN s.payment <> 'OPEN' AND s.pays_amount IS NOT NULL THEN coalesce(s.paid_amount, 0) ELSE 0 END,
           NULL, NULL
      FROM promotions_supportrequest s
     WHERE s.state IN ('GRANTED', 'RETURNED') AND s.starts_on >= %(since)s
)
SELECT g.dealer_id, sum(g.cost), sum(g.promised), sum(g.achieved), sum(g.gain), sum(g.gain_cost)
  FROM given g
  JOIN dealers_dealer d ON d.id = g.dealer_id AND d.deleted_at IS NULL
 WHERE %(everything)s OR d.territory_id = ANY(%(territories)s::bigint[])
 GROUP BY g.dealer_id
 ORDER BY CASE WHEN %(by_kept)s THEN sum(g.achieved) / nullif(sum(g.promised), 0) END NULLS LAST, sum(g.cost) DESC,
          g.dealer_id
 LIMIT %(most)s
