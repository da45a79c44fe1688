-- Finds keys with more than one open placement.
SELECT 'number ' || exclusive_key || ' has ' || count(*) || ' open placements'
FROM placements
WHERE state <= 3
GROUP BY exclusive_key
HAVING count(*) > 1
