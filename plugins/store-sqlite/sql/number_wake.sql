-- A number's rest is over.
DELETE FROM resting
WHERE exclusive_key = ?1
