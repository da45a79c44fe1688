-- Makes the closed placement 0 that a mapping by hand of a call never claimed belongs to.
INSERT INTO placements (call_seq, number, exclusive_key, state, counted, claim, provider, provider_call_id,
                        node, claimed_at, ended_at, evidence_at)
VALUES (?1, 0, ?2, 6, 0, 0, ?3, ?4, '', ?5, ?5, ?5)
ON CONFLICT DO NOTHING
