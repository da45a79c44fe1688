-- Writes what a claim left in a bucket.
UPDATE limits
SET level_micro = ?2,
    refilled_at = ?3
WHERE key = ?1
