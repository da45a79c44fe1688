-- Reads the history of calls.
SELECT call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail
FROM entries
WHERE call_seq = ANY ($1::bigint[])
ORDER BY entry
