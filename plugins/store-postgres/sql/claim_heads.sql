-- Reads and locks the heads of open lanes in the order in which they go; lines that others are at are left.
SELECT head.seq, head.lane, head.priority, head.due_at, head.not_after, head.exclusive_key
FROM unnest($1::bigint[]) AS open (number)
CROSS JOIN LATERAL (SELECT waiting.*
                    FROM waiting
                    JOIN phones ON phones.exclusive_key = waiting.exclusive_key
                    WHERE waiting.hold = 1
                      AND waiting.lane = open.number
                    ORDER BY waiting.priority DESC, waiting.due_at, waiting.seq
                    LIMIT $2
                    FOR UPDATE OF phones SKIP LOCKED
                    FOR UPDATE OF waiting SKIP LOCKED) AS head
