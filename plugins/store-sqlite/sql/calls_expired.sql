-- Finds waiting calls whose last moment has come.
SELECT *
FROM calls INDEXED BY calls_expiring
WHERE hold > 0
  AND not_after > 0
  AND not_after <= ?1
ORDER BY not_after
LIMIT ?2
