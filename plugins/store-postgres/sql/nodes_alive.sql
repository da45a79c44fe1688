-- Counts living nodes, and those of them with another digest of their settings.
SELECT count(*), count(*) FILTER (WHERE config_digest <> $2)
FROM nodes
WHERE state < 3
  AND state = 1
  AND lease_until > $1
