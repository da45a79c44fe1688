-- Reads the history of a call, oldest first.
SELECT placement, kind, status, outcome, applied, at, provider_call_id, detail
FROM entries
WHERE call_seq = ?1
ORDER BY entry
