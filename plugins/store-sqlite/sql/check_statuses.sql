-- Counts calls by status from their rows, for comparison with the statistics.
SELECT status, count(*)
FROM calls
GROUP BY status
