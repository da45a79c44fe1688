-- Reads one placement.
SELECT *
FROM placements
WHERE call_seq = ?1
  AND number = ?2
