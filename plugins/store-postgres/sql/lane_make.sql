-- Makes the lane of a pinned provider and a list of limits, or finds it. No row: another made it just now.
WITH made AS (
    INSERT INTO lanes (provider, cap_keys) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING lane
)
SELECT lane
FROM made
UNION ALL
SELECT lane
FROM lanes
WHERE provider = $1
  AND cap_keys = $2
