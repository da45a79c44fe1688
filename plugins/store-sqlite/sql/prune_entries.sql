-- Removes the history of a call.
DELETE FROM entries
WHERE call_seq = ?1
