-- Reads the evidence kept for providers' ids, in the order in which it came.
SELECT *
FROM kept
WHERE provider_call_id = ANY ($1::text[])
ORDER BY seq
