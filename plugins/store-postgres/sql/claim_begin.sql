-- Checks the node's lease, expires and promotes what is due, tells which lanes have claimable calls.
SELECT what, value, head_priority, head_due_at, head_seq
FROM claim_begin($1::text, $2::bigint, $3::bigint, $4::bigint, $5::waiting[], $6::bigint)
