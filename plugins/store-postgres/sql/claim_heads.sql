-- Reads the heads of open lanes in the order in which they go and locks their lines; lines that others are
-- at are left.
SELECT seq, lane, priority, due_at, not_after, exclusive_key
FROM claim_heads($1::waiting[], $2::bigint)
