-- Counts calls by status from their rows, for comparison with the statistics.
SELECT array_position(enum_range(NULL::call_status), status), count(*)
FROM calls
GROUP BY status
