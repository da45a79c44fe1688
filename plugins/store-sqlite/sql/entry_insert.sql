-- Appends to the history of a call.
INSERT INTO entries (call_seq, entry, placement, kind, status, outcome, applied, at, provider_call_id, detail)
VALUES (?1, (SELECT coalesce(max(entry), 0) + 1 FROM entries WHERE call_seq = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        ?9)
