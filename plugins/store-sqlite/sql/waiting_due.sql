-- Counts the calls that wait and were due.
SELECT count(*)
FROM calls
WHERE hold > 0
  AND due_at <= ?1
