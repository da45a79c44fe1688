-- Finds open placements without their slot, and slots without an open placement.
SELECT 'placement ' || coalesce(placements.number, in_flight.number) || ' of call row '
           || coalesce(placements.call_seq, in_flight.call_seq) || ' is open without a slot, or has a slot '
           || 'and is not open'
FROM (SELECT * FROM placements WHERE state <= 3) AS placements
FULL JOIN in_flight ON in_flight.call_seq = placements.call_seq AND in_flight.number = placements.number
WHERE placements.call_seq IS NULL
   OR in_flight.call_seq IS NULL
   OR (placements.exclusive_key, placements.provider, placements.ask_at)
      <> (in_flight.exclusive_key, in_flight.provider, in_flight.ask_at)
