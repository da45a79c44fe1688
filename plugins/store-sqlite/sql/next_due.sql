-- Tells when the next scheduled call becomes due.
SELECT due_at
FROM calls INDEXED BY calls_scheduled
WHERE hold = 2
ORDER BY due_at
LIMIT 1
