-- Reads the highest time that was left behind.
SELECT floor
FROM clock
