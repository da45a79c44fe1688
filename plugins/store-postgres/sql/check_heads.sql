-- Finds free numbers that have not exactly one claimable head in a lane with waiting calls.
SELECT 'number ' || exclusive_key || ' is free and has ' || count(*) FILTER (WHERE hold = 1)
           || ' claimable heads in lane ' || lane
FROM waiting
WHERE hold IN (1, 3)
  AND exclusive_key NOT IN (SELECT exclusive_key FROM in_flight UNION SELECT exclusive_key FROM resting)
GROUP BY exclusive_key, lane
HAVING count(*) FILTER (WHERE hold = 1) <> 1
