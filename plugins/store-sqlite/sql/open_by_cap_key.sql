-- Counts the open placements that count against a limit, from their rows.
SELECT count(*)
FROM placement_caps
WHERE cap_key = ?1
