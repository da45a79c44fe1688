-- Removes a finished call.
DELETE FROM calls
WHERE seq = ?1
  AND status > 2
