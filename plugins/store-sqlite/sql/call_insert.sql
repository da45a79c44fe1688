-- Inserts a call unless its id or its tenant's idempotency key is there: then no row changes.
INSERT INTO calls (id, tenant, campaign, lane, priority, to_number, exclusive_key, script_id, idempotency_key,
                   request_digest, not_before, not_after, status, hold, created_at, updated_at, due_at,
                   metadata_json)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16, ?17)
ON CONFLICT DO NOTHING
