-- Notes whether the primary waits for a standby; nothing is written when that is known.
UPDATE gate
SET synchronous = $1::boolean
WHERE synchronous <> $1::boolean
