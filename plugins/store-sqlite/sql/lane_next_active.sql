-- Finds the next lane above ?1 that has a claimable call: one step along the index, whatever its length.
SELECT lane
FROM calls INDEXED BY calls_claimable
WHERE hold = 1
  AND lane > ?1
ORDER BY lane
LIMIT 1
