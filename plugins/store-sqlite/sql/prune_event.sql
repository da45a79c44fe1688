-- Removes the event of a call.
DELETE FROM outbox
WHERE call_seq = ?1
