-- Writes where a call stands when it neither joined nor left a line.
UPDATE calls
SET status = ?2,
    attempts = ?3,
    placements = ?4,
    fixed_outcome = ?5,
    updated_at = ?6,
    started_at = ?7,
    ended_at = ?8,
    last_error = ?9
WHERE seq = ?1
