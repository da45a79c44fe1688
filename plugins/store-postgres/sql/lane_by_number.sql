-- Reads what a lane means.
SELECT provider, cap_keys
FROM lanes
WHERE lane = $1
