-- Tells whether a call's history already says the same; ?7 = 0 means at whatever time.
SELECT 1
FROM entries
WHERE call_seq = ?1
  AND placement = ?2
  AND kind = ?3
  AND outcome = ?4
  AND provider_call_id = ?5
  AND detail = ?6
  AND (?7 = 0 OR at = ?7)
