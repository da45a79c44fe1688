-- Finds the claimable head of a number's line in one lane.
SELECT seq, priority, due_at
FROM calls INDEXED BY calls_head
WHERE exclusive_key = ?1
  AND lane = ?2
  AND hold = 1
