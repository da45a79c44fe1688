-- Finds numbers whose rest is over, the longest over first.
SELECT exclusive_key
FROM resting INDEXED BY resting_until
WHERE until <= ?1
ORDER BY until
LIMIT ?2
