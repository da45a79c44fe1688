-- Reads one call by the client's id.
SELECT *
FROM calls
WHERE id = ?1
