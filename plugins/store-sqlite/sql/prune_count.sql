-- Counts what belongs to a call, and the contradictions among it.
SELECT (SELECT count(*) FROM placements WHERE call_seq = ?1),
       (SELECT count(*) FROM entries WHERE call_seq = ?1),
       (SELECT coalesce(sum(contradictions), 0) FROM placements WHERE call_seq = ?1)
