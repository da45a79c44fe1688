-- Opens the placements of chosen calls under the cap lock and the locks of their lines.
SELECT *
FROM claim_write($1::bigint[], $2::text[], $3::placement_caps[], $4::limits[], $5::bigint, $6::text,
                 $7::bigint)
