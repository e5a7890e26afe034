-- Which levels changed: all narrow kinds in one pass, listed kinds from their lists, and what holds a level up.
--
-- Reads:      alerts_dealerstanding
-- Writes:     alert_found, alert_listed, alert_moved (temporary), alerts_dealerstanding.levels
-- Parameters: on, narrow_mask, listed_mask (bits of `levels`); alerts.detect puts in what the rules say, and joins the paces
--             of target periods and the books of groups

-- Dealers whose bits may change: narrow levels that differ from what they were, and what a list said before. The
-- statement is completed by alerts.detect: its expressions are of the rules of the day.
-- step: found
CREATE TEMP TABLE alert_found ON COMMIT DROP AS
SELECT x.dealer_id, x.was, x.up
  FROM (SELECT s.dealer_id, s.levels AS was, /* levels */ AS up
          FROM alerts_dealerstanding s
          /* joins */) x
 WHERE x.up <> (x.was & %(narrow_mask)s) OR (x.was & %(listed_mask)s) <> 0

-- Dealers that only a list names.
-- step: add_listed
INSERT INTO alert_found (dealer_id, was, up)
SELECT l.dealer_id, s.levels, 0
  FROM (SELECT DISTINCT dealer_id FROM alert_listed) l
  JOIN alerts_dealerstanding s ON s.dealer_id = l.dealer_id
 WHERE NOT EXISTS (SELECT FROM alert_found f WHERE f.dealer_id = l.dealer_id)

-- The narrow levels of those that were added, as they are not known yet.
-- step: level_added
UPDATE alert_found f SET up = x.up
  FROM (SELECT s.dealer_id, /* levels */ AS up
          FROM alerts_dealerstanding s
          /* joins */
         WHERE s.dealer_id IN (SELECT l.dealer_id FROM alert_listed l)) x
 WHERE x.dealer_id = f.dealer_id AND f.up <> x.up

-- By the relaxed limits, for dealers with a level that would go down.
-- step: held
CREATE TEMP TABLE alert_held ON COMMIT DROP AS
SELECT s.dealer_id, /* levels */ AS held
  FROM alerts_dealerstanding s
  JOIN (SELECT DISTINCT m.dealer_id FROM alert_moved m WHERE m.now < m.was) d ON d.dealer_id = s.dealer_id
  /* joins */

-- One row for each dealer and kind whose level is not what it was.
-- step: moved
CREATE TEMP TABLE alert_moved ON COMMIT DROP AS
SELECT f.dealer_id, k.place, k.was, k.now, 0::smallint AS held
  FROM alert_found f
 CROSS JOIN LATERAL (
    SELECT p.place,
           ((f.was >> (2 * p.place)) & 3)::smallint AS was,
           greatest(((f.up >> (2 * p.place)) & 3)::smallint,
                    coalesce((SELECT max(l.level) FROM alert_listed l
                               WHERE l.dealer_id = f.dealer_id AND l.place = p.place), 0))::smallint AS now
      FROM unnest(%(places)s::int[]) AS p(place)) k
 WHERE k.was <> k.now

-- step: hold_narrow
UPDATE alert_moved m SET held = ((h.held >> (2 * m.place)) & 3)
  FROM alert_held h
 WHERE h.dealer_id = m.dealer_id AND m.now < m.was

-- step: hold_listed
UPDATE alert_moved m SET held = greatest(m.held, l.held)
  FROM (SELECT dealer_id, place, max(held) AS held FROM alert_listed GROUP BY dealer_id, place) l
 WHERE l.dealer_id = m.dealer_id AND l.place = m.place AND m.now < m.was

-- step: settle
UPDATE alert_moved SET now = least(was, held) WHERE now < was AND held > now

-- step: drop_still
DELETE FROM alert_moved WHERE was = now

-- step: write
UPDATE alerts_dealerstanding s
   SET levels = s.levels + m.change
  FROM (SELECT dealer_id, sum((now - was)::bigint << (2 * place))::bigint AS change FROM alert_moved GROUP BY dealer_id) m
 WHERE m.dealer_id = s.dealer_id
