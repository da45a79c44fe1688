-- Finds kept evidence that says the same.
SELECT seq
FROM kept
WHERE provider_call_id = ?1
  AND provider = ?2
  AND step = ?3
  AND outcome = ?4
  AND occurred_at = ?5
  AND reason = ?6
