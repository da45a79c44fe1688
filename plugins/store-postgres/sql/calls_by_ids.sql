-- Reads calls by their ids, in the order asked, with their latest placement.
SELECT calls.*, placements.*
FROM unnest($1::text[]) WITH ORDINALITY AS asked (id, position)
JOIN calls ON calls.id = asked.id
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
ORDER BY position
