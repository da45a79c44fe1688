-- Reads the highest time any transaction has seen.
SELECT floor
FROM clock
