-- Stores a setting unless there is one.
INSERT INTO settings (key, value)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
