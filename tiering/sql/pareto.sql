-- From which amount on dealers make up the first shares of all sales of the last closed fiscal year, the largest first.
-- The dealer that crosses a share is still in it, and so is who sold exactly as much.
--
-- Reads:      {figures}
-- Writes:     nothing; returns one row
-- Parameters: first, second (shares, 0 to 1)
-- Index:      none; one sort of one column

SELECT min(s.amount_e4) FILTER (WHERE s.before < %(first)s * s.total),
       min(s.amount_e4) FILTER (WHERE s.before < %(second)s * s.total)
  FROM (SELECT f.amount_e4,
               sum(f.amount_e4) OVER (ORDER BY f.amount_e4 DESC ROWS UNBOUNDED PRECEDING) - f.amount_e4 AS before,
               sum(f.amount_e4) OVER () AS total
          FROM {figures} f
         WHERE f.trading AND f.amount_e4 > 0) s
