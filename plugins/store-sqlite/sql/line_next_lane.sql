-- Finds the next lane above ?2 in which calls are parked for a number.
SELECT lane
FROM calls INDEXED BY calls_parked
WHERE exclusive_key = ?1
  AND lane > ?2
  AND hold = 3
ORDER BY lane
LIMIT 1
