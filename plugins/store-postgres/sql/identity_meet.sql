-- Compares the database with the one that is known; recovers or stops the claims when it is another.
SELECT what, unknown, doubtful
FROM meet_identity($1::text, $2::boolean, $3::boolean, $4::text, $5::bigint)
