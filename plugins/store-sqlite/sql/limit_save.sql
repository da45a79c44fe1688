-- Writes a limit with its bucket, made when there is none. The writer holds the lock since it read it.
INSERT INTO limits (key, max_in_flight, grants_per_1000s, burst, paused, blocked_until, note, level_micro,
                    refilled_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (key) DO UPDATE
SET max_in_flight = excluded.max_in_flight,
    grants_per_1000s = excluded.grants_per_1000s,
    burst = excluded.burst,
    paused = excluded.paused,
    blocked_until = excluded.blocked_until,
    note = excluded.note,
    level_micro = excluded.level_micro,
    refilled_at = excluded.refilled_at
