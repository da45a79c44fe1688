-- Reads the one call of a tenant that an idempotency key stands for.
SELECT *
FROM calls
WHERE tenant = ?1
  AND idempotency_key = ?2
  AND idempotency_key <> ''
