-- Finds heads that a parked call of their line should go before.
SELECT 'call row ' || parked.seq || ' should go before the head ' || head.seq
FROM (SELECT * FROM waiting WHERE hold = 1) AS head
JOIN (SELECT * FROM waiting WHERE hold = 3) AS parked
    ON parked.exclusive_key = head.exclusive_key
   AND parked.lane = head.lane
WHERE (-parked.priority, parked.due_at, parked.seq) < (-head.priority, head.due_at, head.seq)
