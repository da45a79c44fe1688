-- Reads the placements of a call, first to latest.
SELECT *
FROM placements
WHERE call_seq = $1
ORDER BY number
