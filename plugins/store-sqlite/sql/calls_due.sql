-- Finds scheduled calls whose time has come, the longest waiting first.
SELECT *
FROM calls INDEXED BY calls_scheduled
WHERE hold = 2
  AND due_at <= ?1
ORDER BY due_at
LIMIT ?2
