-- Opens the placements of chosen calls under the cap lock and the locks of their lines.
SELECT *
FROM claim_write($1::bigint[], $2::text[], $3::text[], $4::placement_caps[], $5::limits[], $6::bigint,
                 $7::text, $8::bigint)
