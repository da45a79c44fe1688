-- Counts undecided calls through the index that holds only them.
SELECT count(*)
FROM calls INDEXED BY calls_undecided
WHERE undecided = 1
