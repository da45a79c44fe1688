-- Stores a setting unless there is one.
INSERT INTO settings (key, value)
VALUES ($1, decode($2, 'hex'))
ON CONFLICT DO NOTHING
