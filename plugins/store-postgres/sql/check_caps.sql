-- Finds rows that count a call against a limit under another slot than that of its open placement.
SELECT 'call row ' || placement_caps.call_seq || ' counts against ' || cap_key || ' under slot '
           || placement_caps.slot || ', which it does not have'
FROM placement_caps
LEFT JOIN in_flight ON in_flight.call_seq = placement_caps.call_seq
WHERE in_flight.slot IS DISTINCT FROM placement_caps.slot
