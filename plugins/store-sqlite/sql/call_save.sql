-- Writes where a call stands. The writer holds the lock since it read the row.
UPDATE calls
SET status = ?2,
    hold = ?3,
    attempts = ?4,
    placements = ?5,
    undecided = ?6,
    fixed_outcome = ?7,
    updated_at = ?8,
    started_at = ?9,
    ended_at = ?10,
    due_at = ?11,
    undecided_at = ?12,
    last_error = ?13
WHERE seq = ?1
