-- Forgets locked numbers that no call needs any more.
SELECT forget_lines($1::text[])
