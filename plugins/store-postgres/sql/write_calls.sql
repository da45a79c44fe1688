-- Writes what a batch came to, under the locks of its lines.
SELECT write_calls($1::calls[], $2::bigint[], $3::waiting[], $4::placements[], $5::placements[],
                   $6::text[], $7::entries[], $8::outbox[], $9::provider_calls[], $10::kept[],
                   $11::bigint[], $12::seen_evidence[], $13::text[], $14::bigint[], $15::bigint)
