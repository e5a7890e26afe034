-- Reads:  dealers_dealer.
-- Params: dealer_id, limit (rows of the answer).
-- Index:  dealers_dealer.parent_id.
WITH RECURSIVE below(id, depth, name, deleted_at) AS (
    SELECT id, 1, name, deleted_at FROM dealers_dealer WHERE parent_id = %(dealer_id)s
    UNION ALL
    SELECT child.id, below.depth + 1, child.name, child.deleted_at
      FROM below
      JOIN dealers_dealer AS child ON child.parent_id = below.id
) SEARCH DEPTH FIRST BY name, id SET ordercol CYCLE id SET is_cycle USING path
SELECT id, depth FROM below WHERE NOT is_cycle AND deleted_at IS NULL ORDER BY ordercol LIMIT %(limit)s
