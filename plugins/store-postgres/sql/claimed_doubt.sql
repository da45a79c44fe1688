-- Makes placements of this claim UNKNOWN: they stand for dials that may be forgotten.
SELECT doubt_claimed($1::bigint[], $2::bigint, $3::text, $4::bigint)
