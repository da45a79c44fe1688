-- Reads events that are owed, in order.
SELECT outbox.sequence, outbox.status, outbox.at, calls.id
FROM outbox
JOIN calls ON calls.seq = outbox.call_seq
WHERE NOT outbox.acknowledged
  AND outbox.sequence > $1
ORDER BY outbox.sequence
LIMIT $2
