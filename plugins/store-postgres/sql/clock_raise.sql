-- Leaves a time behind that no node's clock starts below; a real write.
UPDATE clock
SET floor = greatest(floor, $1)
