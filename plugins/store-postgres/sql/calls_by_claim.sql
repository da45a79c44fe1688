-- Reads the calls whose latest placement has a claim token.
SELECT calls.*, placements.*
FROM placements
JOIN calls ON calls.seq = placements.call_seq AND calls.placements = placements.number
WHERE placements.claim = $1
ORDER BY calls.seq
