-- Finds terminal calls without their one event, and events of calls that are not terminal.
SELECT 'call row ' || coalesce(calls.seq, outbox.call_seq) || ' has an event or is over, but not both'
FROM (SELECT seq, status FROM calls WHERE status NOT IN ('PENDING', 'IN_PROGRESS')) AS calls
FULL JOIN outbox ON outbox.call_seq = calls.seq
WHERE calls.seq IS NULL
   OR outbox.call_seq IS NULL
