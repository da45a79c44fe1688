-- Counts open placements by state.
SELECT placements.state, count(*)
FROM in_flight
JOIN placements ON placements.call_seq = in_flight.call_seq AND placements.number = in_flight.number
GROUP BY placements.state
