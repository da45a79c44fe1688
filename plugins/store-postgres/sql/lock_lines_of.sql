-- Locks the lines of calls known by their rows.
SELECT lock_lines(array_agg(exclusive_key))
FROM calls
WHERE seq = ANY ($1::bigint[])
