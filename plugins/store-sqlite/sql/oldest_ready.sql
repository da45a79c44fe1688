-- Tells since when the longest waiting claimable call could have run.
SELECT due_at
FROM calls INDEXED BY calls_ready_since
WHERE hold = 1
ORDER BY due_at
LIMIT 1
