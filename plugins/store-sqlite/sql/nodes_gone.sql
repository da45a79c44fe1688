-- Finds nodes whose lease is over and whose placements were not looked after yet.
SELECT node, state, lease_until
FROM nodes INDEXED BY nodes_to_look_after
WHERE state < 3
  AND (state = 2 OR lease_until <= ?1)
