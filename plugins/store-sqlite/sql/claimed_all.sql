-- Finds everything that is CLAIMED, among the open placements.
SELECT call_seq, number
FROM placements INDEXED BY placements_open_key
WHERE state <= 3
  AND state = 1
