-- Reads:  dealers_dealer (also what lies in the bin: a chain through it is still a chain).
-- Params: dealer_id.
-- Index:  primary key. CYCLE guards against rows that came in past the application.
WITH RECURSIVE chain(id, parent_id, name, depth) AS (
    SELECT above.id, above.parent_id, above.name, 1
      FROM dealers_dealer AS me
      JOIN dealers_dealer AS above ON above.id = me.parent_id
     WHERE me.id = %(dealer_id)s
    UNION ALL
    SELECT above.id, above.parent_id, above.name, chain.depth + 1
      FROM chain
      JOIN dealers_dealer AS above ON above.id = chain.parent_id
) CYCLE id SET is_cycle USING path
SELECT id, name FROM chain WHERE NOT is_cycle ORDER BY depth
