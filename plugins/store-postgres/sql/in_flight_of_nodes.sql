-- Finds the calls whose open placements belong to nodes.
SELECT call_seq
FROM in_flight
WHERE node = ANY ($1::text[])
