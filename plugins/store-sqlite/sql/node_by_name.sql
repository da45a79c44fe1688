-- Reads a node's lease.
SELECT state, lease_until
FROM nodes
WHERE node = ?1
