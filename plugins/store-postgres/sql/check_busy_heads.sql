-- Finds claimable calls whose number is in a call or rests.
SELECT 'call row ' || waiting.seq || ' is claimable though its number is busy'
FROM waiting
JOIN (SELECT exclusive_key FROM in_flight UNION SELECT exclusive_key FROM resting) AS busy
    ON busy.exclusive_key = waiting.exclusive_key
WHERE hold = 1
