-- Forgets evidence that waited too long and counts what is left.
WITH old AS (
    DELETE FROM kept WHERE kept_at < $1 RETURNING seq
)
SELECT (SELECT count(*) FROM kept) - (SELECT count(*) FROM old), (SELECT count(*) FROM old)
