-- Counts open placements by state: along the slots in use and the key of each, so that neither what has ended
-- nor what was given back is read.
SELECT placement.state, count(*)
FROM spans_in_use
CROSS JOIN LATERAL (SELECT call_seq, number
                    FROM in_flight
                    WHERE slot BETWEEN first_slot AND last_slot
                    OFFSET 0) AS used
CROSS JOIN LATERAL (SELECT state
                    FROM placements
                    WHERE call_seq = used.call_seq AND number = used.number
                    OFFSET 0) AS placement
GROUP BY placement.state
