-- A number rests until ?2, or longer when it does already.
INSERT INTO resting (exclusive_key, until)
VALUES (?1, ?2)
ON CONFLICT (exclusive_key) DO UPDATE
SET until = max(until, excluded.until)
