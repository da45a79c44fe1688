-- Acknowledges an event once.
UPDATE outbox
SET acknowledged = 1
WHERE sequence = ?1
  AND acknowledged = 0
