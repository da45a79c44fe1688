-- Finds calls that wait in no line though PENDING, or wait though not PENDING.
SELECT 'call ' || id || ' has status ' || status || ' and hold ' || hold
FROM calls
WHERE (status = 1) <> (hold > 0)
