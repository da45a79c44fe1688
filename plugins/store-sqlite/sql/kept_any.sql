-- Tells whether any evidence waits for an id.
SELECT 1
FROM kept
LIMIT 1
