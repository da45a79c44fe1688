-- Finds claimable calls whose number is in a call or rests.
SELECT 'call ' || id || ' is claimable though its number is busy'
FROM calls
WHERE hold = 1
  AND (EXISTS (SELECT 1
               FROM placements
               WHERE placements.exclusive_key = calls.exclusive_key
                 AND state <= 3)
       OR EXISTS (SELECT 1 FROM resting WHERE resting.exclusive_key = calls.exclusive_key))
