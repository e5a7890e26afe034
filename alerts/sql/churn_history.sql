-- Who is asked for a score at a month's end, as measured then, and whether it was lost soon after.
--
-- Reads:      churn_measured, {order_days}
-- Parameters: on (the day after the month's end), known_until (orders up to this day are known), lost_by (a last order
--             after it is no loss), silent_since (nor is one after this day: it is not settled yet), least_order_days,
--             first_before, fresh_since
-- Index:      none: the tables are read whole
SELECT m.*, h.last_on <= %(lost_by)s AND h.last_on <= %(silent_since)s AS lost
  FROM churn_measured m
  JOIN (SELECT o.dealer_id, min(o."on") AS first_on, max(o."on") AS last_on,
               count(*) FILTER (WHERE o."on" < %(on)s) AS order_days
          FROM {order_days} o
         WHERE o."on" <= %(known_until)s
         GROUP BY o.dealer_id) h USING (dealer_id)
 WHERE h.order_days >= %(least_order_days)s AND h.first_on < %(first_before)s AND m.last_order_on >= %(fresh_since)s
 ORDER BY m.dealer_id
