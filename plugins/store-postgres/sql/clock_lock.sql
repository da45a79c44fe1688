-- Reads the highest time that was left behind; nobody raises it before this transaction ends.
SELECT floor
FROM clock
FOR UPDATE
