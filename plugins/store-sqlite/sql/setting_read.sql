-- Reads the value under a key.
SELECT value
FROM settings
WHERE key = ?1
