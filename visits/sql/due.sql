-- Where every dealer stands against its call cycle.
-- Reads: dealers_dealer, visits_callcycle, visits_dealercycle, visits_visit (visit_made, visit_still_planned),
--        accounts_territory, accounts_territoryassignment. Writes: visits_visit, visits_visitdue.
-- Parameters: on (date), month, year (first day of the month and of the calendar year of `on`).

-- step: missed
UPDATE visits_visit SET state = 'MISSED', version = version + 1
 WHERE state = 'PLANNED' AND "on" < %(on)s

-- step: representatives
SELECT DISTINCT ON (t.id) t.id AS territory_id, a.user_id
  FROM accounts_territoryassignment a
  JOIN accounts_user u ON u.id = a.user_id AND u.is_active
  JOIN accounts_territory opened ON opened.id = a.territory_id
  JOIN accounts_territory t ON t.path >= opened.path AND t.path < opened.path || '~'
 WHERE a.role = 'REPRESENTATIVE' AND a.covers_for_id IS NULL AND a.period @> %(on)s
 ORDER BY t.id, length(opened.path) DESC, lower(a.period) NULLS FIRST, a.user_id

-- step: leaders
SELECT DISTINCT ON (t.id) t.id AS territory_id, a.user_id
  FROM accounts_territoryassignment a
  JOIN accounts_user u ON u.id = a.user_id AND u.is_active
  JOIN accounts_territory opened ON opened.id = a.territory_id
  JOIN accounts_territory t ON t.path >= opened.path AND t.path < opened.path || '~'
 WHERE a.role IN ('MANAGER', 'DIRECTOR') AND a.covers_for_id IS NULL AND a.period @> %(on)s
 ORDER BY t.id, length(opened.path) DESC, a.role DESC, lower(a.period) NULLS FIRST, a.user_id

-- step: due
CREATE TEMPORARY TABLE visit_due ON COMMIT DROP AS
WITH pace AS (
    SELECT DISTINCT ON (kind, tier) kind, tier, max_gap_days, minutes, phone_every,
           times * CASE per WHEN 'WEEK' THEN 52 WHEN 'MONTH' THEN 12 ELSE 1 END AS a_year
      FROM visits_callcycle
     WHERE audience = 'REPRESENTATIVE' AND active_from <= %(on)s
     ORDER BY kind, tier, active_from DESC
), made AS (
    SELECT dealer_id, max("on") AS last_on, max("on") FILTER (WHERE means = 'IN_PERSON') AS last_in_person_on,
           count(*) FILTER (WHERE "on" >= %(month)s) AS in_month, count(*) FILTER (WHERE "on" >= %(year)s) AS in_year
      FROM visits_visit
     WHERE state = 'DONE' AND "on" <= %(on)s AND kind <> 'EXECUTIVE'
     GROUP BY dealer_id
), coming AS (
    SELECT dealer_id, min("on") AS next_on
      FROM visits_visit
     WHERE state IN ('PLANNED', 'UNDER_WAY') AND "on" >= %(on)s AND kind <> 'EXECUTIVE'
     GROUP BY dealer_id
), asked AS (
    SELECT d.id AS dealer_id, w.user_id, own.dealer_id IS NOT NULL AS own,
           coalesce(own.times * CASE own.per WHEN 'WEEK' THEN 52 WHEN 'MONTH' THEN 12 ELSE 1 END,
                    ofkind.a_year, ofall.a_year, 0) AS a_year,
           coalesce(own.max_gap_days, ofkind.max_gap_days, ofall.max_gap_days) AS max_gap_days,
           coalesce(own.minutes, ofkind.minutes, ofall.minutes, 45) AS minutes,
           coalesce(own.phone_every, ofkind.phone_every, ofall.phone_every, 0) AS phone_every,
           coalesce(d.customer_since, (d.created_at AT TIME ZONE 'UTC')::date) AS known_since
      FROM dealers_dealer d
      LEFT JOIN visits_dealercycle own ON own.dealer_id = d.id
      LEFT JOIN pace ofkind ON ofkind.kind = d.kind AND ofkind.tier = coalesce(d.tier, '')
      LEFT JOIN pace ofall ON ofall.kind = '' AND ofall.tier = coalesce(d.tier, '')
      LEFT JOIN visit_worker w ON w.territory_id = d.territory_id
     WHERE d.deleted_at IS NULL
       AND (d.status = ANY(%(trading)s) OR own.dealer_id IS NOT NULL)
)
SELECT a.dealer_id, a.user_id, made.last_on AS last_visit_on, made.last_in_person_on, coming.next_on AS next_visit_on,
       a.a_year * 100 AS a_year_e2, a.max_gap_days::smallint AS max_gap_days, a.minutes::smallint AS minutes,
       a.phone_every::smallint AS phone_every, a.own,
       CASE WHEN a.a_year > 0 THEN
           -- A dealer never visited counts from when we know it; long ago means due since a gap ago at most.
           coalesce(made.last_on, greatest(a.known_since, (%(on)s::date - a.max_gap_days::int))) + a.max_gap_days::int
       END AS due_on,
       coalesce(made.in_month, 0)::smallint AS done_in_month, coalesce(made.in_year, 0)::smallint AS done_in_year
  FROM asked a
  LEFT JOIN made ON made.dealer_id = a.dealer_id
  LEFT JOIN coming ON coming.dealer_id = a.dealer_id

-- step: write
INSERT INTO visits_visitdue AS kept
       (dealer_id, user_id, last_visit_on, last_in_person_on, next_visit_on, a_year_e2, max_gap_days, minutes,
        phone_every, own, due_on, done_in_month, done_in_year)
SELECT dealer_id, user_id, last_visit_on, last_in_person_on, next_visit_on, a_year_e2, max_gap_days, minutes,
       phone_every, own, due_on, done_in_month, done_in_year
  FROM visit_due
    ON CONFLICT (dealer_id) DO UPDATE SET
       user_id = excluded.user_id, last_visit_on = excluded.last_visit_on,
       last_in_person_on = excluded.last_in_person_on, next_visit_on = excluded.next_visit_on,
       a_year_e2 = excluded.a_year_e2, max_gap_days = excluded.max_gap_days, minutes = excluded.minutes,
       phone_every = excluded.phone_every, own = excluded.own, due_on = excluded.due_on,
       done_in_month = excluded.done_in_month, done_in_year = excluded.done_in_year
 WHERE (kept.user_id, kept.last_visit_on, kept.last_in_person_on, kept.next_visit_on, kept.a_year_e2,
        kept.max_gap_days, kept.minutes, kept.phone_every, kept.own, kept.due_on, kept.done_in_month,
        kept.done_in_year)
       IS DISTINCT FROM
       (excluded.user_id, excluded.last_visit_on, excluded.last_in_person_on, excluded.next_visit_on,
        excluded.a_year_e2, excluded.max_gap_days, excluded.minutes, excluded.phone_every, excluded.own,
        excluded.due_on, excluded.done_in_month, excluded.done_in_year)

-- step: drop
DELETE FROM visits_visitdue kept
 WHERE NOT EXISTS (SELECT FROM visit_due WHERE visit_due.dealer_id = kept.dealer_id)
