-- Reads the calls that idempotency keys of tenants stand for, with their latest placement.
SELECT calls.*, placements.*
FROM unnest($1::text[], $2::text[]) AS asked (tenant, key)
JOIN calls
    ON calls.tenant = asked.tenant
   AND calls.idempotency_key = asked.key
   AND calls.idempotency_key <> ''
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
