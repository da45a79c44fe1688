-- Finds claimable calls whose number is in a call.
SELECT 'call row ' || waiting.seq || ' is claimable though its number is busy'
FROM waiting
JOIN in_flight ON in_flight.exclusive_key = waiting.exclusive_key
WHERE hold = 1
