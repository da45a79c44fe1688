-- Finds calls IN_PROGRESS that are neither open nor undecided.
SELECT 'call ' || id || ' is in progress without an open placement and not undecided'
FROM calls
LEFT JOIN in_flight ON in_flight.call_seq = calls.seq AND in_flight.number = calls.placements
WHERE status = 'IN_PROGRESS'
  AND NOT undecided
  AND in_flight.call_seq IS NULL
