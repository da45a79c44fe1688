-- Counts living nodes, and those of them with another digest of their settings.
SELECT count(*), coalesce(sum(config_digest <> ?2), 0)
FROM nodes INDEXED BY nodes_to_look_after
WHERE state = 1
  AND state < 3
  AND lease_until > ?1
