-- Ends a lease: the state goes up only.
UPDATE nodes
SET state = ?2,
    lease_until = min(lease_until, ?3)
WHERE node = ?1
  AND state < ?2
