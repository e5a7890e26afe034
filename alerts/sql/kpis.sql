-- What warnings came to: cases that opened in a period, and dealers that were lost in it, by kind, territory or month.
--
-- Reads:      alerts_case, dealers_dealer, dealers_statuschange, accounts_territory, sales_dealerfigures,
--             tiering_tierchange
-- Parameters: start, until (half-open days), zone (the company's time zone), steps (characters of a territory's path that
--             are kept), horizon (days before a loss), again (days after a case), everything, territories (the scope)
-- Placed in:  /* seen */ a statement that gives the ids of cases which the reader sees, /* key */ what is grouped by
-- Index:      case_by_kind, case_by_dealer

-- step: cases
SELECT /* key */ AS key, count(*) AS opened,
       count(*) FILTER (WHERE c.resolved_at IS NOT NULL) AS solved,
       count(*) FILTER (WHERE c.resolved_at IS NOT NULL AND c.worst = 1) AS solved_yellow,
       count(*) FILTER (WHERE c.state = 'DISMISSED') AS dismissed,
       count(*) FILTER (WHERE c.acknowledged_at IS NOT NULL) AS acknowledged,
       count(*) FILTER (WHERE c.acknowledged_at <= c.acknowledge_by) AS in_time,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.acknowledged_at - c.opened_at))
           FILTER (WHERE c.acknowledged_at IS NOT NULL) / 3600 AS acknowledge_hours,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.cause_found_at - c.opened_at))
           FILTER (WHERE c.cause_found_at IS NOT NULL) / 86400 AS cause_days,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.resolved_at - c.opened_at))
           FILTER (WHERE c.resolved_at IS NOT NULL) / 86400 AS solve_days,
       count(*) FILTER (WHERE c.resolved_at IS NOT NULL AND (c.reopened > 0 OR EXISTS (
           SELECT FROM alerts_case n
            WHERE n.dealer_id = c.dealer_id AND n.kind = c.kind AND n.id <> c.id AND n.opened_at > c.resolved_at
              AND n.opened_at <= c.resolved_at + make_interval(days => %(again)s)))) AS came_back
  FROM alerts_case c
  JOIN accounts_territory t ON t.id = c.territory_id
 WHERE c.opened_on >= %(start)s AND c.opened_on < %(until)s AND c.state <> 'MERGED' AND NOT c.mass
   AND c.id IN (/* seen */)
 GROUP BY 1

-- Of each lost dealer its first warning within the horizon, of all kinds and of each.
-- step: losses
WITH lost AS (
    SELECT s.dealer_id, min(s.changed_at) AS lost_at
      FROM dealers_statuschange s
      JOIN dealers_dealer d ON d.id = s.dealer_id
     WHERE s.to_status = 'TERMINATED' AND s.from_status <> 'PROSPECT' AND d.status = 'TERMINATED' AND d.deleted_at IS NULL
       AND s.changed_at >= (%(start)s::date)::timestamp AT TIME ZONE %(zone)s
       AND s.changed_at < (%(until)s::date)::timestamp AT TIME ZONE %(zone)s
       AND (%(everything)s OR d.territory_id = ANY(%(territories)s::bigint[]))
     GROUP BY s.dealer_id
), warned AS (
    SELECT l.dealer_id, c.kind, min(c.opened_at) AS opened_at
      FROM lost l
      JOIN alerts_case c ON c.dealer_id = l.dealer_id AND c.opened_at < l.lost_at
           AND c.opened_at >= l.lost_at - make_interval(days => %(horizon)s) AND c.state <> 'DISMISSED'
     WHERE c.id IN (/* seen */)
     GROUP BY l.dealer_id, c.kind
), first AS (
    SELECT l.dealer_id, l.lost_at, w.kind, w.opened_at
      FROM lost l
      JOIN LATERAL (SELECT NULL::text AS kind, min(opened_at) AS opened_at FROM warned w WHERE w.dealer_id = l.dealer_id
                     UNION ALL
                    SELECT w.kind, w.opened_at FROM warned w WHERE w.dealer_id = l.dealer_id) w ON true
)
SELECT /* key */ AS key, count(*) FILTER (WHERE c.kind IS NULL) AS losses,
       count(c.opened_at) FILTER (WHERE /* of */) AS warned,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.lost_at - c.opened_at))
           FILTER (WHERE /* of */) / 86400 AS lead_days
  FROM first c
  JOIN dealers_dealer d ON d.id = c.dealer_id
  JOIN accounts_territory t ON t.id = d.territory_id
 GROUP BY 1

-- Who traded with us at the beginning, who at the end, and who bought more: by tier, and by years as a dealer. What a
-- dealer was on a day is what its first step of the life cycle since then left.
-- step: kept
WITH at_start AS (
    SELECT DISTINCT ON (s.dealer_id) s.dealer_id, s.from_status AS status
      FROM dealers_statuschange s
     WHERE s.changed_at >= (%(start)s::date)::timestamp AT TIME ZONE %(zone)s
     ORDER BY s.dealer_id, s.changed_at, s.id
), at_end AS (
    SELECT DISTINCT ON (s.dealer_id) s.dealer_id, s.from_status AS status
      FROM dealers_statuschange s
     WHERE s.changed_at >= (%(until)s::date)::timestamp AT TIME ZONE %(zone)s
     ORDER BY s.dealer_id, s.changed_at, s.id
), seen AS (
    SELECT d.id, coalesce(d.tier, had.from_tier) AS tier, coalesce(d.customer_since, f.first_sale_month, d.created_at::date) AS since,
           coalesce(s.status, d.status) = ANY(%(trading)s) AS began, coalesce(e.status, d.status) = ANY(%(trading)s) AS ended,
           f.sales_12m_e4 > f.sales_prior_12m_e4 AS grown
      FROM dealers_dealer d
      LEFT JOIN at_start s ON s.dealer_id = d.id
      LEFT JOIN at_end e ON e.dealer_id = d.id
      LEFT JOIN sales_dealerfigures f ON f.dealer_id = d.id
      -- Who ended has no tier any more: the one that it lost then counts.
      LEFT JOIN LATERAL (SELECT c.from_tier FROM tiering_tierchange c
                          WHERE c.dealer_id = d.id AND c.tier IS NULL ORDER BY c."on" DESC, c.id DESC LIMIT 1) had
             ON d.tier IS NULL
     WHERE d.deleted_at IS NULL AND (%(everything)s OR d.territory_id = ANY(%(territories)s::bigint[]))
), told AS (
    SELECT tier, began AND since < %(start)s AS began, ended AND since < %(until)s AS ended, grown,
           CASE WHEN since > %(start)s::date - interval '1 year' THEN 0 WHEN since > %(start)s::date - interval '3 years' THEN 1
                WHEN since > %(start)s::date - interval '5 years' THEN 3 ELSE 5 END AS years
      FROM seen
)
SELECT grouping(tier) = 0 AS by_tier, grouping(years) = 0 AS by_years, tier, years,
       count(*) FILTER (WHERE began) AS began, count(*) FILTER (WHERE began AND ended) AS kept,
       count(*) FILTER (WHERE ended AND NOT began) AS won, count(*) FILTER (WHERE began AND ended AND grown) AS grown
  FROM told
 WHERE began OR ended
 GROUP BY GROUPING SETS ((), (tier), (years))
 ORDER BY 1, 2, tier, years
