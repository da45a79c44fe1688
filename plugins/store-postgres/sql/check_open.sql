-- Finds open placements that are not the latest of a call IN_PROGRESS.
SELECT 'placement ' || number || ' of call ' || calls.id
           || ' is open but not the latest of a call in progress'
FROM in_flight
JOIN calls ON calls.seq = in_flight.call_seq
WHERE calls.status <> 'IN_PROGRESS'
   OR calls.undecided
   OR calls.placements <> in_flight.number
