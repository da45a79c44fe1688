-- Calls that PATCH moves to another number.

-- As before, but kind 1 tells the number whose line was locked for a call: what a call's number was when
-- nobody held its line is not what it is when the line has been waited for. Who finds a call under another
-- number does it all again.
CREATE OR REPLACE FUNCTION lock_named(
    call_ids text[], provider_ids text[], learns boolean[], dedup_keys text[])
RETURNS TABLE (kind integer, name text, by_provider text, named_seq bigint, named_number bigint)
LANGUAGE plpgsql AS $$
DECLARE
    seqs bigint[];
    keys text[];
    stripe record;
BEGIN
    FOR stripe IN
        SELECT hashtext(id) & 63 AS number, bool_and(learn) AS is_shared
        FROM unnest(provider_ids, learns) AS named (id, learn)
        WHERE (SELECT 1 FROM provider_calls WHERE provider_call_id = id LIMIT 1) IS NULL
        GROUP BY 1
        ORDER BY 1
    LOOP
        IF stripe.is_shared THEN
            PERFORM pg_advisory_xact_lock_shared(hashtext(current_schema() || '.ids'), stripe.number);
        ELSE
            PERFORM pg_advisory_xact_lock(hashtext(current_schema() || '.ids'), stripe.number);
        END IF;
    END LOOP;
    SELECT array_agg(named.seq), array_agg(named.exclusive_key) INTO seqs, keys
    FROM (SELECT seq, exclusive_key FROM calls WHERE id = ANY (call_ids)
          UNION
          SELECT calls.seq, calls.exclusive_key
          FROM provider_calls
          JOIN calls ON calls.seq = provider_calls.call_seq
          WHERE provider_calls.provider_call_id = ANY (provider_ids)) AS named;
    PERFORM lock_lines(keys);
    RETURN QUERY
        SELECT 1, locked.key, '', locked.seq, 0::bigint FROM unnest(seqs, keys) AS locked (seq, key)
        UNION ALL
        SELECT 2, provider_call_id, provider, call_seq, number
        FROM provider_calls
        WHERE provider_call_id = ANY (provider_ids)
        UNION ALL
        SELECT DISTINCT 3, provider_call_id, '', 0::bigint, 0::bigint
        FROM kept
        WHERE provider_call_id = ANY (provider_ids)
        UNION ALL
        SELECT 4, dedup_key, provider, 0::bigint, 0::bigint
        FROM seen_evidence
        WHERE dedup_key = ANY (dedup_keys)
        UNION ALL
        SELECT 5, '', '', min_gap_ms, 0::bigint
        FROM number_rules
        WHERE min_gap_ms > 0;
END $$;

-- Forgets locked numbers that nothing waits for, is in flight to or rests for: no call of theirs may be left
-- to do it. Whoever comes to wait for one makes its row again.
CREATE FUNCTION forget_lines(keys text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM phones
    WHERE exclusive_key = ANY (keys)
      AND (SELECT 1 FROM in_flight AS f WHERE f.exclusive_key = phones.exclusive_key LIMIT 1) IS NULL
      AND (SELECT 1 FROM resting AS r WHERE r.exclusive_key = phones.exclusive_key LIMIT 1) IS NULL
      AND (SELECT 1 FROM waiting AS w WHERE w.exclusive_key = phones.exclusive_key AND w.hold = 1
           LIMIT 1) IS NULL
      AND (SELECT 1 FROM waiting AS w WHERE w.exclusive_key = phones.exclusive_key AND w.hold = 2
           LIMIT 1) IS NULL
      AND (SELECT 1 FROM waiting AS w WHERE w.exclusive_key = phones.exclusive_key AND w.hold = 3
           LIMIT 1) IS NULL;
END $$;
