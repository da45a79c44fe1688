-- Reads the numbers of calls; whose line is not held may move meanwhile.
SELECT seq, exclusive_key
FROM calls
WHERE seq = ANY ($1::bigint[])
