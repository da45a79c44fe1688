-- Finds every claimable head of a number, over all lanes.
SELECT seq
FROM calls INDEXED BY calls_head
WHERE exclusive_key = ?1
  AND hold = 1
