-- Forgets nodes long dead and looked after.
DELETE FROM nodes
WHERE state = 3
  AND lease_until < ?1
