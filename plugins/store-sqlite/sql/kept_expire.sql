-- Forgets evidence that waited too long for its call.
DELETE FROM kept
WHERE kept_at < ?1
