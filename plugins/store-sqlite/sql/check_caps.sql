-- Finds rows that count a call against a limit though it has no open placement.
SELECT 'call row ' || call_seq || ' counts against ' || cap_key || ' without an open placement'
FROM placement_caps
WHERE NOT EXISTS (SELECT 1 FROM placements WHERE placements.call_seq = placement_caps.call_seq AND state <= 3)
