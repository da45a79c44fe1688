-- Removes old keys of evidence, evidence whose call never came, and nodes long dead.
SELECT evidence_gone, nodes_gone
FROM prune_rest($1::bigint, $2::bigint, $3::boolean)
