-- Finds the placements a provider's id is known for; an empty provider on either side stands for any.
SELECT call_seq, number, provider
FROM mappings
WHERE provider_call_id = ?1
  AND (?2 = '' OR provider = '' OR provider = ?2)
