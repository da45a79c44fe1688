-- Reads every limit.
SELECT *
FROM limits
ORDER BY key
