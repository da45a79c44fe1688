-- Locks the lines of numbers.
SELECT lock_lines($1::text[])
