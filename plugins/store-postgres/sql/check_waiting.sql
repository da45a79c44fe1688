-- Finds calls that wait in no line though PENDING, or wait though not PENDING, or in another's place.
SELECT 'call row ' || coalesce(calls.seq, waiting.seq) || ' has status '
           || coalesce(calls.status::text, 'none')
           || ' and hold ' || coalesce(waiting.hold, 0)
FROM (SELECT * FROM calls WHERE status = 'PENDING') AS calls
FULL JOIN waiting ON waiting.seq = calls.seq
WHERE calls.seq IS NULL
   OR waiting.seq IS NULL
   OR (calls.exclusive_key, calls.lane, calls.priority, calls.next_run_at)
      <> (waiting.exclusive_key, waiting.lane, waiting.priority, waiting.due_at)
