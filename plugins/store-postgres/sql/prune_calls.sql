-- Removes finished calls among the next few from $1 on: one step of a pass.
SELECT last_seq, is_over, calls_gone, placements_gone, entries_gone, numbers_gone
FROM prune_calls($1::bigint, $2::bigint, $3::bigint, $4::boolean, $5::boolean)
