-- Locks a node's lease against claims under way and tells its end; no row when it is over already.
SELECT lease_until
FROM nodes
WHERE node = $1
  AND state < 2
FOR UPDATE
