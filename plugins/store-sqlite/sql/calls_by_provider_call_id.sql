-- Reads the calls a provider's id is known for; an empty provider on either side stands for any.
SELECT calls.*
FROM mappings
JOIN calls ON calls.seq = mappings.call_seq
WHERE mappings.provider_call_id = ?1
  AND (?2 = '' OR mappings.provider = '' OR mappings.provider = ?2)
GROUP BY calls.seq
