-- Stores a value unless one is there: two nodes get the same.
INSERT INTO settings (key, value)
VALUES (?1, ?2)
ON CONFLICT DO NOTHING
