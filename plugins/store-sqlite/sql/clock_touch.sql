-- Raises the floor of the clock, and is a write even when it stands.
UPDATE clock
SET floor = max(floor, ?1)
