-- Makes a placement of this transaction stand for a dial that may be forgotten: UNKNOWN from the start, as if
-- it had been claimed when the commits were lost.
UPDATE placements
SET state = 3,
    claimed_at = ?3,
    evidence_at = ?3,
    ask_at = ?4,
    reason = ?5
WHERE call_seq = ?1
  AND number = ?2
