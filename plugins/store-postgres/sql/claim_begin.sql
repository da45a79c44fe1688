-- Checks the node's lease, expires and promotes what is due, tells which lanes have claimable calls.
SELECT what, value
FROM claim_begin($1::text, $2::bigint, $3::bigint, $4::bigint)
