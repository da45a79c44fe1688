-- Finds the parked call of a number that goes first in one lane.
SELECT seq
FROM calls INDEXED BY calls_parked
WHERE exclusive_key = ?1
  AND lane = ?2
  AND hold = 3
ORDER BY priority DESC, due_at, seq
LIMIT 1
