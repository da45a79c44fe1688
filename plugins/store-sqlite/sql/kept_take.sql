-- Reads the evidence kept for a provider's id, in the order in which it came.
SELECT *
FROM kept
WHERE provider_call_id = ?1
  AND (?2 = '' OR provider = '' OR provider = ?2)
ORDER BY seq
