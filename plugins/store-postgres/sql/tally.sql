-- Adds to the statistics.
SELECT tally($1::bigint[])
