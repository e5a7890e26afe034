-- Planned visits of people who do not work at the dealer's place on the visit's day (any more).
-- Reads: visits_visit (visit_still_planned, visit_by_day), dealers_dealer, accounts_*. Parameters: on (date: from that day
-- on), users (their ids; null: everybody whose work ended or ends somewhere, or whose account is closed), roles (those
-- that may make visits).

-- step: left_behind
SELECT v.id, v.user_id, v.dealer_id, d.territory_id, v."on", v.kind
  FROM visits_visit v
  JOIN dealers_dealer d ON d.id = v.dealer_id AND d.deleted_at IS NULL
  JOIN accounts_territory t ON t.id = d.territory_id
  JOIN accounts_user u ON u.id = v.user_id
 WHERE v.state = 'PLANNED' AND v."on" >= %(on)s
   AND CASE WHEN %(users)s::bigint[] IS NOT NULL THEN v.user_id = ANY(%(users)s::bigint[])
            ELSE NOT u.is_active
                 OR EXISTS (SELECT FROM accounts_territoryassignment a
                             WHERE a.user_id = u.id AND NOT upper_inf(a.period))
                 OR NOT EXISTS (SELECT FROM accounts_territoryassignment a WHERE a.user_id = u.id)
       END
   AND (NOT u.is_active OR NOT EXISTS (
        SELECT FROM accounts_territoryassignment a
          JOIN accounts_territory opened ON opened.id = a.territory_id
         WHERE a.user_id = v.user_id AND a.role = ANY(%(roles)s) AND a.period @> v."on"
           AND t.path >= opened.path AND t.path < opened.path || '~'))
 ORDER BY v."on", v.id
