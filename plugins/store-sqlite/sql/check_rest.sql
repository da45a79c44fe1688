-- Counts parked calls, kept evidence, events owed and contradictions from their rows.
SELECT (SELECT count(*) FROM calls WHERE hold = 3),
       (SELECT count(*) FROM kept),
       (SELECT count(*) FROM outbox WHERE acknowledged = 0),
       (SELECT coalesce(sum(contradictions), 0) FROM placements)
