-- Makes a provider's id known. It was looked for under the same lock.
INSERT INTO mappings (provider_call_id, provider, call_seq, number)
VALUES (?1, ?2, ?3, ?4)
