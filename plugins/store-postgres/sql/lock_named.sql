-- Locks what a batch of steps speaks of, and tells what its names lead to.
SELECT kind, name, by_provider, named_seq, named_number
FROM lock_named($1::text[], $2::text[], $3::boolean[], $4::text[])
