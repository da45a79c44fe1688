-- Counts an open placement of a call against a limit.
INSERT INTO placement_caps (cap_key, call_seq)
VALUES (?1, ?2)
ON CONFLICT DO NOTHING
