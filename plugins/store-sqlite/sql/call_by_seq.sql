-- Reads one call by its row.
SELECT *
FROM calls
WHERE seq = ?1
