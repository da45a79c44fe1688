-- Counts open placements from their rows, by provider and state, through the index that holds only them.
SELECT provider, state, count(*)
FROM placements INDEXED BY placements_open
WHERE state <= 3
GROUP BY provider, state
