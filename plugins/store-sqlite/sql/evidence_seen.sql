-- Tells whether evidence with this key came before.
SELECT 1
FROM seen_evidence
WHERE dedup_key = ?1
  AND provider = ?2
