-- Tells who has a number: the call on it, or the head of the line in one lane.
SELECT coalesce((SELECT id FROM calls JOIN in_flight ON in_flight.call_seq = calls.seq
                 WHERE in_flight.exclusive_key = $1),
                (SELECT id FROM calls JOIN waiting ON waiting.seq = calls.seq
                 WHERE waiting.exclusive_key = $1 AND waiting.lane = $2 AND waiting.hold = 1),
                '')
