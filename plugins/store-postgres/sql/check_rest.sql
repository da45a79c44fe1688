-- Counts parked calls, kept evidence, events owed and contradictions from their rows.
SELECT (SELECT count(*) FROM waiting WHERE hold = 3),
       (SELECT count(*) FROM kept),
       (SELECT count(*) FROM outbox WHERE NOT acknowledged),
       (SELECT coalesce(sum(contradictions), 0)::bigint FROM placements)
