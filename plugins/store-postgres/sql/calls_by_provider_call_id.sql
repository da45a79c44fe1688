-- Reads the calls a provider's id is known for; an empty provider on either side stands for any.
SELECT calls.*, placements.*
FROM (SELECT DISTINCT call_seq
      FROM provider_calls
      WHERE provider_call_id = $1
        AND ($2 = '' OR provider = '' OR provider = $2)) AS named
JOIN calls ON calls.seq = named.call_seq
LEFT JOIN placements ON placements.call_seq = calls.seq AND placements.number = calls.placements
ORDER BY calls.seq
