-- Reads limits with what is in flight under them, counted once; under the cap lock when it is for a claim.
WITH busy AS MATERIALIZED (
    SELECT provider, count(*) AS count FROM slots_in_use GROUP BY provider
)
SELECT asked.key, max_in_flight, grants_per_1000s, burst, paused, blocked_until, note, level_micro,
       refilled_at,
       CASE
           WHEN asked.key = 'global' THEN (SELECT coalesce(sum(count), 0) FROM busy)
           WHEN asked.key LIKE 'provider:%'
           THEN (SELECT coalesce(sum(count), 0) FROM busy WHERE provider = substr(asked.key, 10))
           ELSE (SELECT count(*)
                 FROM spans_in_use
                 CROSS JOIN LATERAL (SELECT 1
                                     FROM placement_caps
                                     WHERE cap_key = asked.key
                                       AND slot BETWEEN first_slot AND last_slot
                                     OFFSET 0) AS used)
       END
FROM unnest($1::text[]) AS asked (key)
LEFT JOIN limits ON limits.key = asked.key
ORDER BY asked.key
