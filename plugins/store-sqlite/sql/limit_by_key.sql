-- Reads one limit with its bucket.
SELECT *
FROM limits
WHERE key = ?1
