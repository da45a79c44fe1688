-- Finds calls IN_PROGRESS that are neither open nor undecided.
SELECT 'call ' || id || ' is in progress without an open placement and not undecided'
FROM calls
WHERE status = 2
  AND undecided = 0
  AND NOT EXISTS (SELECT 1 FROM placements WHERE call_seq = seq AND number = calls.placements AND state <= 3)
