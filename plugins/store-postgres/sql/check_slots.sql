-- Finds slots in use that counting passes by.
SELECT 'slot ' || slot || ' of call row ' || call_seq || ' is in use and is not counted'
FROM in_flight
WHERE (SELECT 1 FROM spans_in_use WHERE slot BETWEEN first_slot AND last_slot LIMIT 1) IS NULL
