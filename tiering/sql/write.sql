-- What a run decided, written down: the current row of each dealer, the dealer itself, and the history on change.
--
-- Reads:      {target} (what tiering/sql/decide.sql found to differ), {figures} (of all dealers) for ranks
-- Writes:     tiering_dealertier, tiering_tierchange, dealers_dealer (tier, tier_since)
-- Parameters: on, next_on (date of the run after it), by_amount, ranked, cut_off
-- Index:      tiering_dealertier_pkey, tierchange_once_a_run, dealers_dealer_pkey; figures_rank for ranks

-- step: analyze
ANALYZE {target}

-- The latest run: each dealer's current row.

-- step: current_changed
UPDATE tiering_dealertier t
   SET tier = n.tier, computed = n.computed, reason = n.reason, missing = n.missing, kind = n.kind, year = n.year,
       value = n.value, value_1 = n.value_1, value_2 = n.value_2, first_sale_month = n.first_sale_month,
       cooperation = n.cooperation, loyalty = n.loyalty, override_id = n.override_id, decided_on = %(on)s,
       since = CASE WHEN t.tier IS DISTINCT FROM n.tier THEN %(on)s ELSE t.since END
  FROM {target} n
 WHERE NOT n.is_new AND t.dealer_id = n.dealer_id

-- step: current_new
INSERT INTO tiering_dealertier (
    dealer_id, tier, computed, reason, missing, kind, year, value, value_1, value_2, first_sale_month, cooperation,
    loyalty, override_id, since, decided_on)
SELECT n.dealer_id, n.tier, n.computed, n.reason, n.missing, n.kind, n.year, n.value, n.value_1, n.value_2,
       n.first_sale_month, n.cooperation, n.loyalty, n.override_id, %(on)s, %(on)s
  FROM {target} n
 WHERE n.is_new

-- A date that no run was made for before, later than all: the history only grows.

-- step: add
INSERT INTO tiering_tierchange (
    dealer_id, "on", from_tier, tier, computed, reason, missing, kind, year, value, value_1, value_2, first_sale_month,
    cooperation, loyalty, override_id, rank, decided_on)
SELECT n.dealer_id, %(on)s, n.was_tier, n.tier, n.computed, n.reason, n.missing, n.kind, n.year, n.value, n.value_1,
       n.value_2, n.first_sale_month, n.cooperation, n.loyalty, n.override_id, r.rank, %(on)s
  FROM {target} n
  LEFT JOIN (SELECT f.dealer_id,
                    rank() OVER (ORDER BY CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END DESC) AS rank
               FROM {figures} f
              WHERE f.trading AND f.kind = ANY(%(ranked)s)
                AND CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END >= %(cut_off)s) r
         ON r.dealer_id = n.dealer_id AND n.reason = 'RANK'
 WHERE n.moved

-- step: dealers
UPDATE dealers_dealer d
   SET tier = n.tier, tier_since = %(on)s
  FROM {target} n
 WHERE n.tier IS DISTINCT FROM n.was_tier AND d.id = n.dealer_id

-- A date that was run before, or that lies before a later run. What later runs decided stays: the time from this date to
-- the next run is cut out of what held then, and what held goes on at the next run, with the reason and figures that it
-- was decided by. The steps below in this order.

-- step: resume_at_next
INSERT INTO tiering_tierchange (
    dealer_id, "on", from_tier, tier, computed, reason, missing, kind, year, value, value_1, value_2, first_sale_month,
    cooperation, loyalty, override_id, rank, decided_on)
SELECT n.dealer_id, %(next_on)s, n.tier, w.tier, w.computed, coalesce(w.reason, 'OUTSIDE'), coalesce(w.missing, 0),
       coalesce(w.kind, n.kind), coalesce(w.year, n.year), coalesce(w.value, n.value), coalesce(w.value_1, n.value_1),
       coalesce(w.value_2, n.value_2), w.first_sale_month, w.cooperation, w.loyalty, w.override_id, w.rank,
       coalesce(w.decided_on, %(on)s)
  FROM {target} n
  LEFT JOIN LATERAL (SELECT c.* FROM tiering_tierchange c
                      WHERE c.dealer_id = n.dealer_id AND c."on" <= %(on)s ORDER BY c."on" DESC LIMIT 1) w ON true
 WHERE n.moved
   AND NOT EXISTS (SELECT FROM tiering_tierchange x WHERE x.dealer_id = n.dealer_id AND x."on" = %(next_on)s)

-- step: drop_at_next
DELETE FROM tiering_tierchange c
 USING {target} n
 WHERE n.moved AND c.dealer_id = n.dealer_id AND c."on" = %(next_on)s
   AND (c.tier, c.reason = 'OVERRIDE') IS NOT DISTINCT FROM (n.tier, n.reason = 'OVERRIDE')

-- step: correct_at_next
UPDATE tiering_tierchange c
   SET from_tier = n.tier
  FROM {target} n
 WHERE n.moved AND c.dealer_id = n.dealer_id AND c."on" = %(next_on)s AND c.from_tier IS DISTINCT FROM n.tier

-- step: drop
DELETE FROM tiering_tierchange c
 USING {target} n
 WHERE n.moved AND c.dealer_id = n.dealer_id AND c."on" = %(on)s

-- step: put
INSERT INTO tiering_tierchange (
    dealer_id, "on", from_tier, tier, computed, reason, missing, kind, year, value, value_1, value_2, first_sale_month,
    cooperation, loyalty, override_id, rank, decided_on)
SELECT n.dealer_id, %(on)s, w.tier, n.tier, n.computed, n.reason, n.missing, n.kind, n.year, n.value, n.value_1,
       n.value_2, n.first_sale_month, n.cooperation, n.loyalty, n.override_id, r.rank, %(on)s
  FROM {target} n
  LEFT JOIN LATERAL (SELECT c.tier, c.reason FROM tiering_tierchange c
                      WHERE c.dealer_id = n.dealer_id AND c."on" < %(on)s ORDER BY c."on" DESC LIMIT 1) w ON true
  LEFT JOIN (SELECT f.dealer_id,
                    rank() OVER (ORDER BY CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END DESC) AS rank
               FROM {figures} f
              WHERE f.trading AND f.kind = ANY(%(ranked)s)
                AND CASE WHEN %(by_amount)s THEN f.amount_e4 ELSE f.quantity_e3 END >= %(cut_off)s) r
         ON r.dealer_id = n.dealer_id AND n.reason = 'RANK'
 WHERE n.moved
   AND (n.tier, n.reason = 'OVERRIDE') IS DISTINCT FROM (w.tier, coalesce(w.reason = 'OVERRIDE', false))

-- The same tier by other figures or another branch of the rule.
-- step: refresh
UPDATE tiering_tierchange c
   SET computed = n.computed, reason = n.reason, missing = n.missing, kind = n.kind, year = n.year, value = n.value,
       value_1 = n.value_1, value_2 = n.value_2, first_sale_month = n.first_sale_month, cooperation = n.cooperation,
       loyalty = n.loyalty, override_id = n.override_id, decided_on = %(on)s
  FROM {target} n
 WHERE NOT n.moved AND c.dealer_id = n.dealer_id AND c."on" = %(on)s

-- step: since
UPDATE tiering_dealertier t
   SET since = s.since
  FROM (SELECT n.dealer_id, max(c."on") AS since
          FROM {target} n
          LEFT JOIN tiering_tierchange c ON c.dealer_id = n.dealer_id AND c.tier IS DISTINCT FROM c.from_tier
         WHERE n.moved
         GROUP BY n.dealer_id) s
 WHERE t.dealer_id = s.dealer_id AND t.since IS DISTINCT FROM s.since

-- step: dealers_again
UPDATE dealers_dealer d
   SET tier = t.tier, tier_since = t.since
  FROM {target} n
  JOIN tiering_dealertier t ON t.dealer_id = n.dealer_id
 WHERE n.moved AND d.id = n.dealer_id AND (d.tier, d.tier_since) IS DISTINCT FROM (t.tier, t.since)
