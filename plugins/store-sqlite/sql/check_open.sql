-- Finds open placements that are not the latest of a call IN_PROGRESS.
SELECT 'placement ' || number || ' of call ' || calls.id
           || ' is open but not the latest of a call in progress'
FROM placements
JOIN calls ON calls.seq = placements.call_seq
WHERE placements.state <= 3
  AND (calls.status <> 2 OR calls.undecided <> 0 OR calls.placements <> placements.number)
