-- Tells until when a number rests; no row when it does not.
SELECT until
FROM resting
WHERE exclusive_key = $1
