-- Moves a waiting call between READY, SCHEDULED and PARKED; the unique index refuses a second head.
UPDATE calls
SET hold = ?3
WHERE seq = ?1
  AND hold = ?2
