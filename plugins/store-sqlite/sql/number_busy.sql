-- Finds the open placement that has a number; the unique index allows one at most.
SELECT call_seq
FROM placements INDEXED BY placements_open_key
WHERE exclusive_key = ?1
  AND state <= 3
