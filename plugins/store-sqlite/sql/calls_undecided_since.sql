-- Finds calls that have waited for a decision since ?1 or longer.
SELECT *
FROM calls INDEXED BY calls_undecided
WHERE undecided = 1
  AND undecided_at <= ?1
ORDER BY undecided_at
LIMIT ?2
