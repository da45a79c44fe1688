-- Acknowledges events once; tells how many.
WITH done AS (
    UPDATE outbox
    SET acknowledged = true
    WHERE sequence = ANY ($1::bigint[])
      AND NOT acknowledged
    RETURNING sequence
)
SELECT count(*)
FROM done
