-- Forgets the provider's ids of a call; its placements or its history name each.
DELETE FROM mappings
WHERE call_seq = ?1
  AND provider_call_id IN (SELECT provider_call_id FROM placements WHERE call_seq = ?1
                           UNION
                           SELECT provider_call_id FROM entries WHERE call_seq = ?1)
