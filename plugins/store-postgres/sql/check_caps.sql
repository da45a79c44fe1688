-- Finds rows that count a call against a limit though it has no open placement.
SELECT 'call row ' || call_seq || ' counts against ' || cap_key || ' without an open placement'
FROM placement_caps
WHERE call_seq NOT IN (SELECT call_seq FROM in_flight)
