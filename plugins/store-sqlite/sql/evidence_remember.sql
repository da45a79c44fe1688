-- Remembers a key of evidence.
INSERT INTO seen_evidence (dedup_key, provider, seen_at)
VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING
