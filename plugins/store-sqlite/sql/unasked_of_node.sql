-- Finds UNKNOWN placements that a node left behind and that nobody was told to ask about.
SELECT call_seq, number
FROM placements INDEXED BY placements_open
WHERE state <= 3
  AND state = 3
  AND ask_at = 0
  AND node = ?1
