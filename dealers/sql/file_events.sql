-- The latest changes of a dealer's file, from all its tables of events: model, id of the event, moment, and how many rows were
-- created in that minute (one entry then stands for all of them).
-- What has an entry of its own in the timeline is left out: calls and documents when they are noted, steps of the status.
-- Reads:  dealers_*event, dealers_statuschange, dealers_contact.
-- Params: dealer_id, before (moment; NULL: from now), with_credit (the reader may see credit), limit.
-- Index:  dealer_id (pgh_obj_id for the dealer itself) of each table.
SELECT model, max(pgh_id) AS event_id, max(pgh_created_at) AS created_at, count(*) AS rows
  FROM (
    SELECT 'dealer' AS model, pgh_id, pgh_label, pgh_created_at
      FROM (SELECT pgh_id, pgh_label, pgh_created_at, status, lag(status) OVER (ORDER BY pgh_id) AS status_before
              FROM dealers_dealerevent
             WHERE pgh_obj_id = %(dealer_id)s) AS own
     WHERE (pgh_label = 'insert' OR status = status_before)
       AND NOT (pgh_label = 'insert' AND EXISTS (
             SELECT FROM dealers_statuschange AS first WHERE first.dealer_id = %(dealer_id)s AND first.from_status = ''))
    UNION ALL
    SELECT 'interaction', pgh_id, pgh_label, pgh_created_at
      FROM dealers_interactionevent WHERE dealer_id = %(dealer_id)s AND pgh_label <> 'insert'
    UNION ALL
    SELECT 'specialdate', pgh_id, pgh_label, pgh_created_at
      FROM dealers_specialdateevent
     WHERE contact_id IN (SELECT id FROM dealers_contact WHERE dealer_id = %(dealer_id)s)
    UNION ALL
    SELECT 'businessstatus', pgh_id, pgh_label, pgh_created_at FROM dealers_businessstatusevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'brandshare', pgh_id, pgh_label, pgh_created_at FROM dealers_brandshareevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'creditprofile', pgh_id, pgh_label, pgh_created_at FROM dealers_creditprofileevent WHERE dealer_id = %(dealer_id)s AND %(with_credit)s
    UNION ALL
    SELECT 'contact', pgh_id, pgh_label, pgh_created_at FROM dealers_contactevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'agreement', pgh_id, pgh_label, pgh_created_at FROM dealers_agreementevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'basicinfo', pgh_id, pgh_label, pgh_created_at FROM dealers_basicinfoevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'connection', pgh_id, pgh_label, pgh_created_at FROM dealers_connectionevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'traits', pgh_id, pgh_label, pgh_created_at FROM dealers_traitsevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'traitobservation', pgh_id, pgh_label, pgh_created_at FROM dealers_traitobservationevent WHERE dealer_id = %(dealer_id)s
    UNION ALL
    SELECT 'consent', pgh_id, pgh_label, pgh_created_at FROM dealers_consentevent WHERE dealer_id = %(dealer_id)s
       ) AS events
 WHERE %(before)s::timestamptz IS NULL OR pgh_created_at < %(before)s::timestamptz
 GROUP BY model, date_trunc('minute', pgh_created_at), CASE WHEN pgh_label = 'insert' THEN 0 ELSE pgh_id END
 ORDER BY created_at DESC, event_id DESC
 LIMIT %(limit)s
