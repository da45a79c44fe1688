-- Reads a page of all calls, oldest first.
WITH page AS (
    SELECT seq FROM calls ORDER BY seq LIMIT $1 OFFSET $2
)
SELECT calls.*, placements.*
FROM page
JOIN calls ON calls.seq = page.seq
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
ORDER BY calls.seq
