-- Reads events that are owed, in order.
SELECT outbox.sequence, outbox.status, outbox.at, calls.id
FROM outbox INDEXED BY outbox_owed
JOIN calls ON calls.seq = outbox.call_seq
WHERE outbox.acknowledged = 0
  AND outbox.sequence > ?1
ORDER BY outbox.sequence
LIMIT ?2
