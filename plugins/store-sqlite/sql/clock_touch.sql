-- Raises the floor of the clock, and writes a page even when it stands.
UPDATE clock
SET floor = max(floor, ?1),
    touches = touches + 1
