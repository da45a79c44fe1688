-- Reads the keys of all limits.
SELECT key
FROM limits
ORDER BY key
