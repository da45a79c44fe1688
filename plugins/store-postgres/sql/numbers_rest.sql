-- Numbers, whose lines are locked, rest, each until its time, or longer when they do already.
INSERT INTO resting (exclusive_key, until)
SELECT key, until
FROM unnest($1::text[], $2::bigint[]) AS number (key, until)
ON CONFLICT (exclusive_key) DO UPDATE
SET until = greatest(resting.until, excluded.until)
