-- Ends a locked lease: the state goes up only.
UPDATE nodes
SET state = $2,
    lease_until = least(lease_until, $3)
WHERE node = $1
  AND state < $2
