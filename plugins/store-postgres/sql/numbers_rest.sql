-- Numbers, whose lines are locked, rest until $2, or longer when they do already.
INSERT INTO resting (exclusive_key, until)
SELECT key, $2
FROM unnest($1::text[]) AS key
ON CONFLICT (exclusive_key) DO UPDATE
SET until = greatest(resting.until, excluded.until)
