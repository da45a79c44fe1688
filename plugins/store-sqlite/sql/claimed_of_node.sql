-- Finds what a node still has CLAIMED, among the open placements.
SELECT call_seq, number
FROM placements INDEXED BY placements_open
WHERE state <= 3
  AND state = 1
  AND node = ?1
