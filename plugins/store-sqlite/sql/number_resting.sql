-- Tells until when a number rests.
SELECT until
FROM resting
WHERE exclusive_key = ?1
