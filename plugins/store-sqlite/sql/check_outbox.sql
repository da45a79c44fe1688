-- Finds terminal calls without their one event, and events of calls that are not terminal.
SELECT 'call ' || id || ' with status ' || status || ' has '
           || (SELECT count(*) FROM outbox WHERE call_seq = seq) || ' events'
FROM calls
WHERE (SELECT count(*) FROM outbox WHERE call_seq = seq) <> (status >= 3)
