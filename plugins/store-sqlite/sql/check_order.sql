-- Finds heads that a parked call of their line should go before.
SELECT 'call ' || parked.id || ' should go before the head ' || head.id
FROM calls AS head
JOIN calls AS parked INDEXED BY calls_parked
  ON parked.exclusive_key = head.exclusive_key
 AND parked.lane = head.lane
 AND parked.hold = 3
WHERE head.hold = 1
  AND (-parked.priority, parked.due_at, parked.seq) < (-head.priority, head.due_at, head.seq)
