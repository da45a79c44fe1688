-- Tells whether a call's history already says the same; ?8 = 0 means at whatever time.
SELECT 1
FROM entries
WHERE call_seq = ?1
  AND placement = ?2
  AND kind = ?3
  AND outcome = ?4
  AND applied = ?5
  AND provider_call_id = ?6
  AND detail = ?7
  AND (?8 = 0 OR at = ?8)
