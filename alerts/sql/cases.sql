-- What changed levels do to cases: open, make worse or better, recover, age, verify.
--
-- Reads:      alert_moved (dealer_id, place, was, now), alert_evidence, alert_terms (what a book says of a kind),
--             alert_holder (who holds a role nearest to a territory), alert_deadline (working time by the owner's clock),
--             accounts_user, alert_book_of,
--             alerts_dealerstanding, dealers_dealer, alerts_lossterms
-- Writes:     alerts_case, alerts_caseevent, alerts_casewatcher; alert_change, alert_opened (temporary)
-- Parameters: on, at
-- Index:      case_one_runs, case_by_dealer, case_to_verify, alerts_dealerstanding_pkey

-- Who holds a role at a territory, or at the nearest one above it; who covers for somebody does not count.
-- step: holders
CREATE TEMP TABLE alert_holder ON COMMIT DROP AS
SELECT DISTINCT ON (t.id, a.role) t.id AS territory_id, a.role, a.user_id, u.time_zone AS zone
  FROM accounts_territoryassignment a
  JOIN accounts_user u ON u.id = a.user_id AND u.is_active
  JOIN accounts_territory opened ON opened.id = a.territory_id
  JOIN accounts_territory t ON t.path >= opened.path AND t.path < opened.path || '~'
 WHERE a.covers_for_id IS NULL AND a.period @> %(on)s
 ORDER BY t.id, a.role, length(opened.path) DESC, lower(a.period) NULLS FIRST, a.user_id

-- step: change
CREATE TEMP TABLE alert_change ON COMMIT DROP AS
SELECT m.dealer_id, m.was, m.now, t.code AS kind, d.territory_id, d.country, t.book, t.place, e.figures,
       c.id AS case_id, c.state, c.severity,
       EXISTS (SELECT FROM alerts_caseaction a WHERE a.case_id = c.id AND a.state = 'OPEN') AS has_tasks
  FROM alert_moved m
  JOIN dealers_dealer d ON d.id = m.dealer_id
  LEFT JOIN alerts_dealerstanding s ON s.dealer_id = m.dealer_id
  LEFT JOIN alert_book_of b ON b.group_id = s.group_id
  JOIN alert_terms t ON t.place = m.place AND t.book = coalesce(b.book, 0)
  LEFT JOIN alert_evidence e ON e.dealer_id = m.dealer_id AND e.place = m.place
  LEFT JOIN alerts_case c ON c.dealer_id = m.dealer_id AND c.kind = t.code
        AND c.state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION', 'RESOLVED')

-- step: open
WITH made AS (
    INSERT INTO alerts_case (
           kind, dealer_id, territory_id, mass, dealers_hit, version_id, severity, severity_since, worst, state, opened_on,
           opened_at, owner_id, evidence, latest, acknowledge_by, cause_by, cause_note, passed_up, pass_up_at, resolution,
           reopened, dismissed_because, found_real, loss_cost)
    SELECT x.kind, x.dealer_id, x.territory_id, false, 1, t.version_id, x.now, %(on)s, x.now, 'OPEN', %(on)s, %(at)s,
           coalesce(own.user_id, manager.user_id, director.user_id), coalesce(x.figures, '{}'), coalesce(x.figures, '{}'),
           ack.at, cause.at, '', 0, ack.at, '', 0, '', false,
           CASE WHEN t.costs THEN
               round(d.sales_12m * (l.gross_margin + l.keeping_share * l.multiple), 2) END
      FROM alert_change x
      JOIN alert_terms t ON t.place = x.place AND t.book = x.book
      JOIN dealers_dealer d ON d.id = x.dealer_id
     CROSS JOIN alerts_lossterms l
      LEFT JOIN alert_holder own ON own.territory_id = x.territory_id AND own.role = t.owned_by
      LEFT JOIN alert_holder manager ON manager.territory_id = x.territory_id AND manager.role = 'MANAGER'
      LEFT JOIN alert_holder director ON director.territory_id = x.territory_id AND director.role = 'DIRECTOR'
      JOIN alert_deadline ack ON ack.country = x.country AND ack.hours = t.hours[x.now]
           AND ack.zone = coalesce(own.zone, manager.zone, director.zone, '')
      JOIN alert_deadline cause ON cause.country = x.country AND cause.hours = t.cause_days * 24 AND cause.zone = ack.zone
     WHERE x.now > x.was AND x.case_id IS NULL
    RETURNING id, dealer_id, kind, territory_id, severity, evidence, owner_id
)
SELECT * FROM made

-- step: opened_events
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, 'OPENED', %(at)s, %(on)s, '', severity::text, '', evidence FROM alert_opened

-- step: opened_watchers
INSERT INTO alerts_casewatcher (case_id, user_id, since)
SELECT DISTINCT o.id, h.user_id, %(at)s::timestamptz
  FROM alert_opened o
  JOIN alert_change x ON x.dealer_id = o.dealer_id AND x.kind = o.kind
  JOIN alert_terms t ON t.place = x.place AND t.book = x.book
  JOIN alert_holder h ON h.territory_id = o.territory_id AND h.role = ANY(t.watchers)
 WHERE h.user_id IS DISTINCT FROM o.owner_id
    ON CONFLICT (case_id, user_id) DO NOTHING

-- A running case whose figure got worse; a resolved one is taken up again.
-- step: worsen
WITH changed AS (
    UPDATE alerts_case c
       SET severity = greatest(c.severity, x.now), worst = greatest(c.worst, x.now), recovered_on = NULL,
           severity_since = CASE WHEN x.now > c.severity THEN %(on)s ELSE c.severity_since END,
           latest = coalesce(x.figures, c.latest),
           acknowledge_by = CASE WHEN c.state = 'RESOLVED' THEN ack.at
                                 WHEN c.state = 'OPEN' THEN least(c.acknowledge_by, ack.at) ELSE c.acknowledge_by END,
           pass_up_at = CASE WHEN c.state = 'RESOLVED' THEN ack.at
                             WHEN c.state = 'OPEN' THEN least(c.pass_up_at, ack.at) ELSE c.pass_up_at END,
           acknowledged_at = CASE WHEN c.state <> 'RESOLVED' THEN c.acknowledged_at END,
           acknowledged_by_id = CASE WHEN c.state <> 'RESOLVED' THEN c.acknowledged_by_id END,
           resolved_at = NULL, resolved_by_id = NULL, verify_on = NULL,
           reopened = c.reopened + CASE WHEN c.state = 'RESOLVED' THEN 1 ELSE 0 END,
           state = CASE WHEN c.state = 'RESOLVED' THEN 'OPEN' ELSE c.state END
      FROM alert_change x
      JOIN alert_terms t ON t.place = x.place AND t.book = x.book
      JOIN alert_deadline ack ON ack.country = x.country AND ack.hours = t.hours[x.now]
     WHERE x.now > x.was AND x.case_id = c.id
       AND ack.zone = coalesce((SELECT u.time_zone FROM accounts_user u WHERE u.id = c.owner_id), '')
    RETURNING c.id, x.was, x.now, x.state AS state_before, x.figures
)
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, CASE WHEN state_before = 'RESOLVED' THEN 'REOPENED' WHEN was = 0 THEN 'RELAPSED' ELSE 'WORSENED' END,
       %(at)s, %(on)s, was::text, now::text, '', coalesce(figures, '{}')
  FROM changed

-- step: ease
WITH changed AS (
    UPDATE alerts_case c
       SET severity = x.now, severity_since = CASE WHEN c.severity <> x.now THEN %(on)s ELSE c.severity_since END,
           latest = coalesce(x.figures, c.latest)
      FROM alert_change x
     WHERE x.now < x.was AND x.now > 0 AND x.case_id = c.id
    RETURNING c.id, x.was, x.now, x.figures
)
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, 'EASED', %(at)s, %(on)s, was::text, now::text, '', coalesce(figures, '{}') FROM changed

-- Back within all limits. What nobody has begun to treat is resolved by that; the others are for people to close.
-- step: recover
WITH changed AS (
    UPDATE alerts_case c
       SET recovered_on = %(on)s,
           state = CASE WHEN x.ends THEN 'RESOLVED' ELSE c.state END,
           resolved_at = CASE WHEN x.ends THEN %(at)s ELSE c.resolved_at END,
           verify_on = CASE WHEN x.ends THEN %(on)s::date + x.recovery_days ELSE c.verify_on END,
           pass_up_at = CASE WHEN x.ends THEN NULL ELSE c.pass_up_at END
      FROM (SELECT y.*, t.recovery_days, y.state IN ('OPEN', 'ACKNOWLEDGED') AND NOT y.has_tasks AS ends
              FROM alert_change y JOIN alert_terms t ON t.place = y.place AND t.book = y.book
             WHERE y.now = 0 AND y.case_id IS NOT NULL) x
     WHERE x.case_id = c.id
    RETURNING c.id, x.was, x.ends
)
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, did, %(at)s, %(on)s, was::text, '0', '', '{}'
  FROM changed CROSS JOIN LATERAL (VALUES ('RECOVERED', true), ('RESOLVED', ends)) AS e (did, holds)
 WHERE holds
 ORDER BY id, did

-- step: age
WITH changed AS (
    UPDATE alerts_case c
       SET severity = 2, worst = greatest(c.worst, 2), severity_since = %(on)s
      FROM alerts_ruleversion v
     WHERE v.id = c.version_id AND c.severity = 1 AND c.recovered_on IS NULL
       AND c.state IN ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATING', 'ACTION')
       AND v.yellow_days > 0 AND c.severity_since < %(on)s::date - v.yellow_days
    RETURNING c.id
)
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, 'AGED', %(at)s, %(on)s, '1', '2', '', '{}' FROM changed

-- The figure is checked again: fine, and the case ends; else it is open again. `place` is that of the case's kind.
-- step: verify
WITH due AS (
    SELECT c.id, coalesce((s.levels >> (2 * k.place)) & 3, 0)::smallint AS level, c.severity
      FROM alerts_case c
      LEFT JOIN unnest(%(codes)s::text[], %(places)s::int[]) AS k(code, place) ON k.code = c.kind
      LEFT JOIN alerts_dealerstanding s ON s.dealer_id = c.dealer_id
     WHERE c.state = 'RESOLVED' AND c.verify_on <= %(on)s AND c.kind <> ALL(%(failed)s::text[])
), checked AS (
    UPDATE alerts_case c
       SET state = CASE WHEN d.level = 0 THEN 'VERIFIED' ELSE 'OPEN' END,
           ended_at = CASE WHEN d.level = 0 THEN %(at)s::timestamptz END,
           reopened = c.reopened + CASE WHEN d.level = 0 THEN 0 ELSE 1 END,
           severity = CASE WHEN d.level = 0 THEN c.severity ELSE d.level END,
           worst = greatest(c.worst, d.level),
           severity_since = CASE WHEN d.level = 0 THEN c.severity_since ELSE %(on)s END,
           recovered_on = CASE WHEN d.level = 0 THEN coalesce(c.recovered_on, %(on)s) END,
           acknowledged_at = CASE WHEN d.level = 0 THEN c.acknowledged_at END,
           acknowledged_by_id = CASE WHEN d.level = 0 THEN c.acknowledged_by_id END,
           acknowledge_by = CASE WHEN d.level = 0 THEN c.acknowledge_by ELSE %(at)s::timestamptz + interval '1 day' END,
           pass_up_at = CASE WHEN d.level = 0 THEN NULL ELSE %(at)s::timestamptz + interval '1 day' END,
           resolved_at = CASE WHEN d.level = 0 THEN c.resolved_at END,
           resolved_by_id = CASE WHEN d.level = 0 THEN c.resolved_by_id END,
           verify_on = CASE WHEN d.level = 0 THEN c.verify_on END
      FROM due d
     WHERE d.id = c.id
    RETURNING c.id, d.level
)
INSERT INTO alerts_caseevent (case_id, did, at, "on", was, now, text, figures)
SELECT id, CASE WHEN level = 0 THEN 'VERIFIED' ELSE 'REOPENED' END, %(at)s, %(on)s, '', level::text, '', '{}' FROM checked
