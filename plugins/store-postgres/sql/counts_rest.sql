-- Counts undecided calls, and tells since when the claimable call that waits longest could have run.
SELECT (SELECT count(*) FROM calls WHERE undecided),
       coalesce((SELECT due_at FROM waiting WHERE hold = 1 ORDER BY due_at LIMIT 1), 0)
