-- Finds claimable calls whose number is in a call.
SELECT 'call ' || id || ' is claimable though its number is busy'
FROM calls
WHERE hold = 1
  AND EXISTS (SELECT 1
              FROM placements
              WHERE placements.exclusive_key = calls.exclusive_key
                AND state <= 3)
