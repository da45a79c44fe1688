-- Opens a placement unless its number already has an open one or rests: then no row changes.
INSERT INTO placements (call_seq, number, exclusive_key, state, counted, claim, provider, node, claimed_at,
                        evidence_at)
SELECT ?1, ?2, ?3, 1, 1, ?4, ?5, ?6, ?7, ?7
WHERE NOT EXISTS (SELECT 1 FROM resting WHERE exclusive_key = ?3)
ON CONFLICT DO NOTHING
