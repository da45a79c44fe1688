-- Counts open placements by state: along the slots in use and the key of each, so that neither what has ended
-- nor what was given back is read.
SELECT placement.state, count(*)
FROM slots_in_use AS used
CROSS JOIN LATERAL (SELECT state
                    FROM placements
                    WHERE call_seq = used.call_seq AND number = used.number
                    OFFSET 0) AS placement
GROUP BY placement.state
