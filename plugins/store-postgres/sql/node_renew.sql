-- Makes a node's lease or moves its end; a node declared dead is left alone and no row comes back.
INSERT INTO nodes (node, state, lease_until, config_digest, about)
VALUES ($1, 1, $2, $3, $4)
ON CONFLICT (node) DO UPDATE
SET lease_until = excluded.lease_until,
    config_digest = excluded.config_digest,
    about = excluded.about
WHERE nodes.state = 1
RETURNING lease_until
