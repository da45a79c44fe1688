-- Finds the lane of a pinned provider and a list of limits.
SELECT lane
FROM lanes
WHERE provider = $1
  AND cap_keys = $2
