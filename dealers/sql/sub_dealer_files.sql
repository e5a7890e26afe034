-- For each dealer that supplies others: how many of those have a complete file.
-- Reads:  dealers_dealer.
-- Params: needed (percent), everything (no filter), territory_ids (of the reader), limit.
-- Index:  dealers_dealer.parent_id.
SELECT above.id, above.name, above.code, above.tier,
       count(*)                                                   AS files,
       count(*) FILTER (WHERE below.completeness >= %(needed)s)   AS complete,
       round(avg(below.completeness))::int                        AS average,
       count(*) FILTER (WHERE below.completeness >= %(needed)s)::float / count(*) AS share
  FROM dealers_dealer AS below
  JOIN dealers_dealer AS above ON above.id = below.parent_id AND above.deleted_at IS NULL
 WHERE below.deleted_at IS NULL
   AND below.status <> 'TERMINATED'
   AND (%(everything)s OR (below.territory_id = ANY(%(territory_ids)s::bigint[])
                           AND above.territory_id = ANY(%(territory_ids)s::bigint[])))
 GROUP BY above.id
 ORDER BY share, files DESC, above.name, above.id
 LIMIT %(limit)s
