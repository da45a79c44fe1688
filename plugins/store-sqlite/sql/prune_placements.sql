-- Removes the placements of a call.
DELETE FROM placements
WHERE call_seq = ?1
