-- Reads a page of the calls that are PENDING, oldest first.
WITH page AS (
    SELECT seq FROM waiting ORDER BY seq LIMIT $1 OFFSET $2
)
SELECT calls.*, placements.*
FROM page
JOIN calls ON calls.seq = page.seq
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
ORDER BY calls.seq
