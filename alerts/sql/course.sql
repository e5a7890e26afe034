-- The figure of one dealer on past days where sql/past.sql would read all dealers for it: rows (day, dealer_id, measure,
-- figure), figures in the measure's unit.
--
-- Reads:      alert_day (day, back_12), alert_tried (dealer_id: the one), sales_dealermonth, sales_territorymonth
-- Index:      sales_dealermonth_pkey, the key of sales_territorymonth

-- step: concentration
SELECT d.day, t.dealer_id, x.measure,
       own.amount / nullif(CASE x.measure WHEN 'territory' THEN place.amount ELSE place.company END, 0) AS figure
  FROM alert_day d
 CROSS JOIN alert_tried t
  JOIN dealers_dealer e ON e.id = t.dealer_id
 CROSS JOIN LATERAL (SELECT coalesce(sum(m.amount_e4), 0)::numeric AS amount
                       FROM sales_dealermonth m
                      WHERE m.dealer_id = t.dealer_id AND m.kind = 'SELL_IN' AND m.month >= d.back_12 AND m.month < d.day) own
 CROSS JOIN LATERAL (SELECT sum(m.amount_e4)::numeric AS company,
                            sum(m.amount_e4) FILTER (WHERE m.territory_id = e.territory_id)::numeric AS amount
                       FROM sales_territorymonth m
                      WHERE m.kind = 'SELL_IN' AND m.month >= d.back_12 AND m.month < d.day) place
 CROSS JOIN (VALUES ('territory'), ('company')) AS x (measure)
 WHERE own.amount > 0
