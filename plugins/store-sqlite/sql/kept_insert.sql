-- Keeps evidence that matches no call yet.
INSERT INTO kept (kept_at, provider, provider_call_id, step, flags, outcome, disposition, error_class,
                  occurred_at, due_at, duration_ms, cost_micros, cost_currency, recording_url,
                  transcript_url, provider_state, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
