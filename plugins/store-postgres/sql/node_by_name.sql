-- Reads a node's lease while it lasts, and holds it against being declared dead.
SELECT lease_until
FROM nodes
WHERE node = $1
  AND state = 1
  AND lease_until > $2
FOR KEY SHARE
