-- Reads a page of the calls that are over with one status, oldest first.
WITH page AS (
    SELECT call_seq AS seq FROM outbox WHERE status = $3 ORDER BY call_seq LIMIT $1 OFFSET $2
)
SELECT calls.*, placements.*
FROM page
JOIN calls ON calls.seq = page.seq
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
ORDER BY calls.seq
