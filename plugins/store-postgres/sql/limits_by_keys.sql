-- Reads limits with what is in flight under them, counted once; under the cap lock when it is for a claim.
WITH busy AS MATERIALIZED (
    SELECT provider, count(*) AS count FROM in_flight GROUP BY provider
)
SELECT asked.key, max_in_flight, grants_per_1000s, burst, paused, blocked_until, note, level_micro,
       refilled_at,
       CASE
           WHEN asked.key = 'global' THEN (SELECT coalesce(sum(count), 0) FROM busy)
           WHEN asked.key LIKE 'provider:%'
           THEN (SELECT coalesce(sum(count), 0) FROM busy WHERE provider = substr(asked.key, 10))
           ELSE (SELECT count(*) FROM placement_caps WHERE cap_key = asked.key)
       END
FROM unnest($1::text[]) AS asked (key)
LEFT JOIN limits ON limits.key = asked.key
ORDER BY asked.key
