-- Reads the claimable calls of one lane in the order in which they go.
SELECT *
FROM calls INDEXED BY calls_claimable
WHERE hold = 1
  AND lane = ?1
ORDER BY priority DESC, due_at, seq
LIMIT ?2
