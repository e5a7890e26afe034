-- What came since dealers promised a payment or a purchase. One row a promise: id, dealer, kind, first and last day, promised
-- amount and quantity, what came of both, state, whether the figures judged it, and when.
-- Reads: visits_commitment (commitment_open, commitment_by_figures), visits_visit, visits_collection, sales_salesrecord,
--        sales_receivable.
-- Parameters: on (date), again (from this last day on what the figures judged is looked at again), oldest (date before which
--             no promise of these was made), zone (of the company).

-- step: bought
WITH promised AS (
    SELECT c.id, c.dealer_id, c.kind, coalesce(v."on", (c.created_at AT TIME ZONE %(zone)s)::date) AS since, c.due_on,
           c.amount, c.quantity, c.state, c.by_figures, c.settled_on
      FROM visits_commitment c
      LEFT JOIN visits_visit v ON v.id = c.visit_id
     WHERE c.side = 'THEIRS' AND c.kind = 'PURCHASE'
       AND (c.state = 'OPEN' OR (c.by_figures AND c.due_on >= %(again)s))
)
SELECT p.id, p.dealer_id, p.kind, p.since, p.due_on, p.amount, p.quantity,
       -- A figure of a whole month tells only where the month lies within the days of the promise.
       CASE WHEN NOT coalesce(bool_or(r.by_month AND (r."on" < p.since
                     OR (r."on" + interval '1 month')::date > least(p.due_on, %(on)s::date) + 1)), false)
            THEN coalesce(sum(r.amount) FILTER (WHERE r."on" >= p.since), 0) END AS came_amount,
       CASE WHEN NOT coalesce(bool_or(r.by_month AND (r."on" < p.since
                     OR (r."on" + interval '1 month')::date > least(p.due_on, %(on)s::date) + 1)), false)
            THEN coalesce(sum(r.quantity) FILTER (WHERE r."on" >= p.since), 0) END AS came_quantity,
       p.state, p.by_figures, p.settled_on
  FROM promised p
  LEFT JOIN sales_salesrecord r ON r.dealer_id = p.dealer_id AND r.kind = 'SELL_IN'
        AND r."on" >= date_trunc('month', p.since)::date AND r."on" <= least(p.due_on, %(on)s::date)
        AND r."on" >= date_trunc('month', %(oldest)s::date)::date AND r."on" <= %(on)s
 GROUP BY p.id, p.dealer_id, p.kind, p.since, p.due_on, p.amount, p.quantity, p.state, p.by_figures, p.settled_on
 ORDER BY p.dealer_id, p.id

-- step: paid
WITH promised AS (
    SELECT c.id, c.dealer_id, c.kind, c.visit_id, coalesce(v."on", (c.created_at AT TIME ZONE %(zone)s)::date) AS since,
           c.due_on, c.amount, c.state, c.by_figures, c.settled_on, c.owed_then, c.newest_item, c.came_amount
      FROM visits_commitment c
      LEFT JOIN visits_visit v ON v.id = c.visit_id
     WHERE c.side = 'THEIRS' AND c.kind = 'PAYMENT'
       AND (c.state = 'OPEN' OR (c.by_figures AND c.due_on >= %(again)s))
), account AS (
    SELECT p.id, coalesce(sum(r.open_amount) FILTER (WHERE r.kind <> 'ORDER'), 0) AS owed_now,
           coalesce(sum(r.amount) FILTER (WHERE r.kind = 'INVOICE' AND r.id > p.newest_item), 0) AS billed
      FROM promised p
      LEFT JOIN sales_receivable r ON r.dealer_id = p.dealer_id
     WHERE p.owed_then IS NOT NULL
     GROUP BY p.id
), handed AS (
    -- Handed over on a later visit: in the ledger only some days afterwards.
    SELECT p.id, sum(k.amount) AS amount
      FROM promised p
      JOIN visits_collection k ON k.dealer_id = p.dealer_id AND k.visit_id IS DISTINCT FROM p.visit_id
           AND (k.created_at AT TIME ZONE %(zone)s)::date BETWEEN p.since AND p.due_on
     GROUP BY p.id
)
SELECT p.id, p.dealer_id, p.kind, p.since, p.due_on, p.amount, NULL::numeric AS quantity,
       CASE WHEN p.by_figures THEN p.came_amount
            WHEN a.id IS NOT NULL THEN greatest(p.owed_then + a.billed - a.owed_now, h.amount, 0)
            -- Without the account as it stood then, only what was handed over is known.
            WHEN h.amount >= p.amount THEN h.amount END AS came_amount,
       NULL::numeric AS came_quantity, p.state, p.by_figures, p.settled_on
  FROM promised p
  LEFT JOIN account a ON a.id = p.id
  LEFT JOIN handed h ON h.id = p.id
 ORDER BY p.dealer_id, p.id
