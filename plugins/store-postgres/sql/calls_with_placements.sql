-- Reads calls with every placement of theirs, while their lines are locked.
SELECT calls.*, placements.*
FROM unnest($1::bigint[]) AS asked (seq)
JOIN calls ON calls.seq = asked.seq
LEFT JOIN placements ON placements.call_seq = calls.seq
ORDER BY calls.seq, placements.number
