-- Finds open placements that are to be asked about by now, the longest due first.
SELECT call_seq, number
FROM placements INDEXED BY placements_to_ask
WHERE state <= 3
  AND ask_at > 0
  AND ask_at <= ?1
ORDER BY ask_at
LIMIT ?2
