-- Who is told of what happened with cases: the outbox of accounts.notices, filled in the transaction of the event.
--
-- Reads:      alerts_caseevent, alerts_case, alerts_casewatcher, accounts_user, accounts_webhook
-- Writes:     accounts_notice
-- Parameters: ids (of events), at, night (names the night whose new cases were folded, else empty), most (new cases of a
--             night that one person is told of one by one), kept (of their numbers a folded notice keeps); dids, kinds, to_owner, to_watchers, to_named, graded (the routes, side by side)
-- Index:      alerts_caseevent_pkey, alerts_case_pkey, casewatcher_once, notice_going_on, notice_once_a_person (which
--             holds the keys of folded notices too)

-- What was told of cases that are solved or ended is over.
-- step: settle
UPDATE accounts_notice n
   SET over_at = %(at)s
  FROM alerts_caseevent e
  JOIN alerts_case c ON c.id = e.case_id
 WHERE e.id = ANY(%(ids)s) AND e.did IN ('RESOLVED', 'VERIFIED', 'DISMISSED', 'MERGED')
   AND c.state IN ('RESOLVED', 'VERIFIED', 'DISMISSED', 'MERGED')
   AND n.subject = 'case' AND n.about_id = c.id AND n.over_at IS NULL

-- What one night opened for one person is one notice when it is a lot; what is red is told by itself.
-- step: fold
WITH told AS (
    SELECT e.case_id, c.owner_id, c.severity
      FROM alerts_caseevent e
      JOIN alerts_case c ON c.id = e.case_id
     WHERE e.id = ANY(%(ids)s) AND e.did = 'OPENED' AND c.severity < 3 AND c.kind <> 'major_event'
), people AS (
    SELECT t.case_id, t.severity, t.owner_id AS user_id FROM told t WHERE t.owner_id IS NOT NULL
     UNION
    SELECT t.case_id, t.severity, w.user_id FROM told t JOIN alerts_casewatcher w ON w.case_id = t.case_id
)
INSERT INTO accounts_notice (user_id, kind, subject, severity, facts, key, at, in_inbox)
SELECT p.user_id, 'warnings.opened_many', '', max(p.severity),
       jsonb_build_object('count', count(*), 'cases', to_jsonb(
           (array_agg(p.case_id ORDER BY p.severity DESC, p.case_id))[1:%(kept)s])),
       'cases-opened:' || %(night)s, %(at)s, true
  FROM people p
  JOIN accounts_user u ON u.id = p.user_id AND u.is_active
 GROUP BY p.user_id
HAVING count(*) > %(most)s
    ON CONFLICT DO NOTHING

-- A folded notice is over when none of its cases waits any more.
-- step: settle_folded
UPDATE accounts_notice n
   SET over_at = %(at)s
 WHERE n.kind = 'warnings.opened_many' AND n.subject = '' AND n.over_at IS NULL
   AND NOT EXISTS (
       SELECT FROM jsonb_array_elements(n.facts -> 'cases') AS told
         JOIN alerts_case c ON c.id = told::bigint
        WHERE c.state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION'))

-- The owner, those who watch, and who is named by the event; not who did it, and nobody twice.
-- step: tell
WITH routes AS (
    SELECT * FROM unnest(%(dids)s::text[], %(kinds)s::text[], %(to_owner)s::bool[], %(to_watchers)s::bool[],
                         %(to_named)s::bool[], %(graded)s::bool[])
               AS r(did, kind, to_owner, to_watchers, to_named, graded)
), told AS (
    SELECT e.id, e.case_id, e.did, e.by_id, e.now, e.text, e.at, c.owner_id, r.kind, r.to_owner, r.to_watchers, r.to_named,
           CASE WHEN r.graded THEN c.severity ELSE 0 END AS severity
      FROM alerts_caseevent e
      JOIN alerts_case c ON c.id = e.case_id
      JOIN routes r ON r.did = e.did
     WHERE e.id = ANY(%(ids)s)
       -- A major event is told by its own line; a merged case by that of the one that ended.
       AND NOT (e.did = 'OPENED' AND c.kind = 'major_event')
       AND NOT (e.did = 'MERGED' AND c.state <> 'MERGED')
), people AS (
    SELECT t.id, t.owner_id AS user_id FROM told t WHERE t.to_owner
     UNION
    SELECT t.id, w.user_id FROM told t JOIN alerts_casewatcher w ON w.case_id = t.case_id WHERE t.to_watchers
     UNION
    SELECT t.id, t.now::bigint FROM told t WHERE t.to_named AND t.now ~ '^[0-9]{1,18}$'
), who AS (
    -- Without a user: other programs.
    SELECT p.id, p.user_id FROM people p JOIN accounts_user u ON u.id = p.user_id AND u.is_active
     UNION ALL
    SELECT t.id, NULL FROM told t
     WHERE EXISTS (SELECT FROM accounts_webhook h WHERE h.active AND (h.kinds = '{}' OR t.kind = ANY(h.kinds)))
)
INSERT INTO accounts_notice (user_id, kind, subject, about_id, severity, facts, key, at, in_inbox)
SELECT w.user_id, t.kind, 'case', t.case_id, t.severity,
       jsonb_strip_nulls(jsonb_build_object(
           'did', t.did, 'by', actor.name, 'text', nullif(t.text, ''),
           'to', CASE WHEN t.to_named THEN named.name END)),
       'case-event:' || t.id, t.at, true
  FROM who w
  JOIN told t ON t.id = w.id
  LEFT JOIN accounts_user actor ON actor.id = t.by_id
  LEFT JOIN accounts_user named ON t.to_named AND named.id::text = t.now
 WHERE (w.user_id IS NULL OR t.by_id IS DISTINCT FROM w.user_id)
   AND NOT (%(night)s <> '' AND t.did = 'OPENED' AND t.severity < 3 AND EXISTS (
           SELECT FROM accounts_notice f WHERE f.user_id = w.user_id AND f.key = 'cases-opened:' || %(night)s))
    ON CONFLICT DO NOTHING

-- The owner of what nobody has acknowledged, or found a cause for, and is passed up soon. Once a deadline.
-- step: near
INSERT INTO accounts_notice (user_id, kind, subject, about_id, severity, facts, key, at, in_inbox)
SELECT c.owner_id, 'warnings.deadline', 'case', c.id, c.severity,
       jsonb_build_object('due', c.pass_up_at, 'did', CASE WHEN c.acknowledged_at IS NULL THEN 'ACKNOWLEDGED' ELSE 'CAUSE_FOUND' END),
       'case-due:' || c.id || ':' || extract(epoch FROM c.pass_up_at)::bigint, %(at)s, true
  FROM alerts_case c
  JOIN accounts_user u ON u.id = c.owner_id AND u.is_active
 WHERE c.state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION')
   AND c.pass_up_at > %(at)s AND c.pass_up_at <= %(at)s + make_interval(hours => %(hours)s)
   -- A deadline of a few hours is told by the opening itself.
   AND c.opened_at <= %(at)s - make_interval(hours => %(hours)s)
    ON CONFLICT DO NOTHING
