-- Finds free numbers that have not exactly one claimable head in a lane with waiting calls.
SELECT 'number ' || exclusive_key || ' is free and has ' || sum(hold = 1)
           || ' claimable heads in lane ' || lane
FROM calls
WHERE hold IN (1, 3)
  AND NOT EXISTS (SELECT 1
                  FROM placements
                  WHERE placements.exclusive_key = calls.exclusive_key
                    AND state <= 3)
  AND NOT EXISTS (SELECT 1 FROM resting WHERE resting.exclusive_key = calls.exclusive_key)
GROUP BY exclusive_key, lane
HAVING sum(hold = 1) <> 1
