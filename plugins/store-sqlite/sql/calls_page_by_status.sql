-- Reads a page of the calls in one status, oldest first.
SELECT *
FROM calls
WHERE status = ?3
ORDER BY seq
LIMIT ?1 OFFSET ?2
