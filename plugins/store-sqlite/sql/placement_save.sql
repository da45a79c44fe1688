-- Writes where a placement stands. The writer holds the lock since it read the row.
UPDATE placements
SET state = ?3,
    outcome = ?4,
    disposition = ?5,
    error_class = ?6,
    counted = ?7,
    decision = ?8,
    decisions_taken = ?9,
    asked = ?10,
    contradictions = ?11,
    provider_call_id = ?12,
    provider_state = ?13,
    reason = ?14,
    accepted_at = ?15,
    ended_at = ?16,
    evidence_at = ?17,
    ask_at = ?18,
    duration_ms = ?19,
    cost_micros = ?20,
    cost_currency = ?21,
    recording_url = ?22,
    transcript_url = ?23
WHERE call_seq = ?1
  AND number = ?2
