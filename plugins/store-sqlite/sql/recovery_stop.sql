-- Stops the claims; the first reason stays.
UPDATE recovery
SET stopped = ?1
WHERE stopped = ''
