-- Sums the statistics.
SELECT sum(pending), sum(in_progress), sum(completed), sum(failed), sum(canceled), sum(expired), sum(parked),
       sum(kept), sum(owed), sum(contradictions)
FROM tallies_now
