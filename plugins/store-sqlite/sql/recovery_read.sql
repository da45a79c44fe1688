-- Reads what stands in the way of a claim.
SELECT stopped, doubt_at
FROM recovery
