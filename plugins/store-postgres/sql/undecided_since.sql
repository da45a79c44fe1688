-- Finds calls that have waited for a decision since $1 or longer.
SELECT seq
FROM calls
WHERE undecided
  AND undecided_at <= $1
ORDER BY undecided_at
LIMIT $2
