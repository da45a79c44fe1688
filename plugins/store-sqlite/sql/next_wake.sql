-- Tells when the next rest is over.
SELECT until
FROM resting INDEXED BY resting_until
ORDER BY until
LIMIT 1
