-- Reads a page of all calls, oldest first.
SELECT *
FROM calls
ORDER BY seq
LIMIT ?1 OFFSET ?2
