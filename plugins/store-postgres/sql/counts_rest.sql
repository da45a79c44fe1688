-- Counts undecided calls, and tells since when the claimable call that waits longest could have run: one step
-- along the index for each lane and priority, whose first is the oldest of it.
WITH RECURSIVE oldest AS (
    (SELECT lane, priority, due_at
     FROM waiting
     WHERE hold = 1 AND lane > 0
     ORDER BY lane, priority DESC, due_at, seq
     LIMIT 1)
    UNION ALL
    SELECT next.lane, next.priority, next.due_at
    FROM oldest
    CROSS JOIN LATERAL ((SELECT lane, priority, due_at
                         FROM waiting
                         WHERE hold = 1 AND lane > 0
                           AND lane = oldest.lane
                           AND priority < oldest.priority
                         ORDER BY lane, priority DESC, due_at, seq
                         LIMIT 1)
                        UNION ALL
                        (SELECT lane, priority, due_at
                         FROM waiting
                         WHERE hold = 1 AND lane > 0
                           AND lane > oldest.lane
                         ORDER BY lane, priority DESC, due_at, seq
                         LIMIT 1)
                        LIMIT 1) AS next
)
SELECT (SELECT count(*) FROM calls WHERE undecided),
       coalesce((SELECT min(due_at) FROM oldest), 0)
