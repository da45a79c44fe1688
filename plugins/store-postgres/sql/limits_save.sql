-- Writes limits with their buckets, made when there are none; the cap lock is held since they were read.
INSERT INTO limits
SELECT (unnest($1::limits[])).*
ON CONFLICT (key) DO UPDATE
SET max_in_flight = excluded.max_in_flight,
    grants_per_1000s = excluded.grants_per_1000s,
    burst = excluded.burst,
    paused = excluded.paused,
    blocked_until = excluded.blocked_until,
    note = excluded.note,
    level_micro = excluded.level_micro,
    refilled_at = excluded.refilled_at
