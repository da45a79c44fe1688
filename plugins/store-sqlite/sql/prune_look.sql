-- Reads the next calls of a pass, in the order in which they came, and whether their event is acknowledged.
SELECT calls.seq, calls.status, calls.ended_at, calls.created_at, coalesce(outbox.acknowledged, 0)
FROM calls
LEFT JOIN outbox INDEXED BY outbox_by_call ON outbox.call_seq = calls.seq
WHERE calls.seq > ?1
ORDER BY calls.seq
LIMIT ?2
