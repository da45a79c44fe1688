-- Finds calls whose open placements are to be asked about by now, the longest due first.
SELECT call_seq
FROM in_flight
WHERE ask_at > 0
  AND ask_at <= $1
ORDER BY ask_at
LIMIT $2
