-- Raises the floor of the clock; it never falls.
UPDATE clock
SET floor = ?1
WHERE floor < ?1
