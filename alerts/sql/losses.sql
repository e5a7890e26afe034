-- Why dealers were lost, over time: reviews by the quarter in which the dealer ended.
--
-- Reads:      alerts_lossreview, dealers_statuschange, dealers_dealer
-- Parameters: since (first day of the first quarter), zone (the company's time zone), everything (no scope asked for),
--             territories (ids that the reader sees)
-- Index:      alerts_lossreview.change_id

-- step: reasons
SELECT date_trunc('quarter', c.changed_at AT TIME ZONE %(zone)s)::date AS quarter, l.reason, count(*)
  FROM alerts_lossreview l
  JOIN dealers_statuschange c ON c.id = l.change_id
  JOIN dealers_dealer d ON d.id = l.dealer_id
 WHERE c.changed_at >= (%(since)s::date)::timestamp AT TIME ZONE %(zone)s
   AND d.deleted_at IS NULL AND (%(everything)s OR d.territory_id = ANY(%(territories)s::bigint[]))
 GROUP BY 1, 2
