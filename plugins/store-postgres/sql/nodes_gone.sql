-- Locks nodes whose lease is over and whose placements were not looked after yet; others' hands are left.
SELECT node, lease_until
FROM nodes
WHERE state < 3
  AND (state = 2 OR lease_until <= $1)
FOR UPDATE SKIP LOCKED
