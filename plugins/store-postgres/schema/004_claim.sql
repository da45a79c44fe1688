-- Claim, and what goes before the next claim when the database may have lost commits.

-- Opens a claim: its node's lease must hold, calls past their end expire, numbers whose rest is over are free
-- and calls whose time has come join their lines, all within bounds; then what can be claimed is told, lane
-- by lane, one step along the index for each.
CREATE FUNCTION claim_begin(claiming_node text, now_ms bigint, expired_max bigint, promoted_max bigint)
RETURNS TABLE (what text, value bigint) LANGUAGE plpgsql AS $$
DECLARE
    lease bigint;
    seqs bigint[];
    keys text[];
    rested text[];
    due waiting[];
    expired bigint;
    parked bigint := 0;
BEGIN
    SELECT lease_until INTO lease
    FROM nodes
    WHERE node = claiming_node
      AND state = 1
      AND lease_until > now_ms
    FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT array_agg(found.seq), array_agg(found.exclusive_key), count(*) FILTER (WHERE found.hold = 3)
    INTO seqs, keys, parked
    FROM (SELECT waiting.seq, waiting.exclusive_key, waiting.hold
          FROM waiting
          JOIN phones ON phones.exclusive_key = waiting.exclusive_key
          WHERE not_after > 0
            AND not_after <= now_ms
          ORDER BY not_after
          LIMIT expired_max
          FOR UPDATE OF phones SKIP LOCKED
          FOR UPDATE OF waiting SKIP LOCKED) AS found;
    expired := coalesce(cardinality(seqs), 0);
    parked := -parked;
    IF expired > 0 THEN
        DELETE FROM waiting WHERE seq = ANY (seqs);
        UPDATE calls
        SET status = 'EXPIRED', next_run_at = 0, ended_at = now_ms, updated_at = now_ms
        WHERE seq = ANY (seqs);
        INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
        SELECT unnest(seqs), 0, 68, 6, 0, true, now_ms, '', '';
        INSERT INTO outbox (call_seq, status, at)
        SELECT unnest(seqs), 6, now_ms;
        parked := parked + fix_lines(keys);
    END IF;
    WITH found AS (
        SELECT resting.exclusive_key
        FROM resting
        JOIN phones ON phones.exclusive_key = resting.exclusive_key
        WHERE until <= now_ms
        ORDER BY until
        LIMIT promoted_max
        FOR UPDATE OF phones SKIP LOCKED
        FOR UPDATE OF resting SKIP LOCKED
    ), gone AS (
        DELETE FROM resting
        WHERE exclusive_key = ANY (ARRAY(SELECT exclusive_key FROM found))
        RETURNING exclusive_key
    )
    SELECT array_agg(exclusive_key) INTO rested FROM gone;
    IF rested IS NOT NULL THEN
        parked := parked + fix_lines(rested);
    END IF;
    WITH found AS (
        SELECT waiting.seq
        FROM waiting
        JOIN phones ON phones.exclusive_key = waiting.exclusive_key
        WHERE hold = 2
          AND due_at <= now_ms
        ORDER BY due_at
        LIMIT promoted_max
        FOR UPDATE OF phones SKIP LOCKED
        FOR UPDATE OF waiting SKIP LOCKED
    ), gone AS (
        DELETE FROM waiting WHERE seq = ANY (ARRAY (SELECT seq FROM found)) RETURNING waiting
    )
    SELECT array_agg(waiting) INTO due FROM gone;
    IF due IS NOT NULL THEN
        parked := parked + join_lines(due, now_ms);
    END IF;
    IF expired > 0 OR rested IS NOT NULL OR due IS NOT NULL THEN
        PERFORM tally(ARRAY [-expired, 0, 0, 0, 0, expired, parked, 0, expired, 0, 0]);
    END IF;
    RETURN QUERY
        SELECT 'lease', lease
        UNION ALL
        SELECT 'expired', expired
        UNION ALL
        SELECT 'promoted', coalesce(cardinality(due), 0)::bigint
        UNION ALL
        SELECT 'rested', coalesce(cardinality(rested), 0)::bigint
        UNION ALL
        SELECT 'in_flight', (SELECT count(*) FROM in_flight)
        UNION ALL
        SELECT 'next_due', least((SELECT due_at FROM waiting WHERE hold = 2 ORDER BY due_at LIMIT 1),
                                 (SELECT until FROM resting ORDER BY until LIMIT 1));
    RETURN QUERY
        WITH RECURSIVE active AS (
            SELECT (SELECT min(lane) FROM waiting WHERE hold = 1) AS lane
            UNION ALL
            SELECT (SELECT min(waiting.lane) FROM waiting WHERE hold = 1 AND waiting.lane > active.lane)
            FROM active
            WHERE active.lane IS NOT NULL
        )
        SELECT 'lane', lane
        FROM active
        WHERE lane IS NOT NULL;
END $$;

-- Opens the placements of chosen calls, whose lines are locked, and takes their tokens. What its number is
-- busy or resting for is left out: the keys of in_flight and resting are the truth. Gives the calls as they
-- are then.
CREATE FUNCTION claim_write(
    chosen bigint[], chosen_providers text[], chosen_caps placement_caps[], buckets limits[], token bigint,
    claiming_node text, now_ms bigint)
RETURNS SETOF calls LANGUAGE plpgsql AS $$
DECLARE
    seqs bigint[];
    numbers bigint[];
    providers text[];
    keys text[];
    opened bigint;
    parked bigint;
BEGIN
    WITH made AS (
        INSERT INTO in_flight (exclusive_key, call_seq, number, provider, node)
        SELECT calls.exclusive_key, calls.seq, calls.placements + 1, u.provider, claiming_node
        FROM unnest(chosen, chosen_providers) AS u (seq, provider)
        JOIN calls ON calls.seq = u.seq
        WHERE (SELECT 1 FROM resting WHERE resting.exclusive_key = calls.exclusive_key LIMIT 1) IS NULL
        ON CONFLICT DO NOTHING
        RETURNING call_seq, number, provider, exclusive_key
    )
    SELECT array_agg(call_seq), array_agg(number), array_agg(provider), array_agg(exclusive_key), count(*)
    INTO seqs, numbers, providers, keys, opened
    FROM made;
    DELETE FROM waiting WHERE seq = ANY (seqs);
    INSERT INTO placements (call_seq, number, exclusive_key, state, counted, claim, provider, node,
                            claimed_at, evidence_at)
    SELECT u.seq, u.number, u.key, 1, true, token, u.provider, claiming_node, now_ms, now_ms
    FROM unnest(seqs, numbers, keys, providers) AS u (seq, number, key, provider);
    INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
    SELECT u.seq, u.number, 66, 2, 0, true, now_ms, '', u.provider
    FROM unnest(seqs, numbers, providers) AS u (seq, number, provider);
    IF cardinality(chosen_caps) > 0 THEN
        INSERT INTO placement_caps
        SELECT u.cap_key, u.call_seq
        FROM unnest(chosen_caps) AS u
        WHERE u.call_seq = ANY (seqs);
    END IF;
    UPDATE limits
    SET level_micro = u.level_micro,
        refilled_at = u.refilled_at
    FROM unnest(buckets) AS u
    WHERE limits.key = u.key;
    parked := park_heads(ARRAY (SELECT calls.exclusive_key
                                FROM unnest(chosen) AS u (seq)
                                JOIN calls ON calls.seq = u.seq));
    PERFORM tally(ARRAY [-opened, opened, 0, 0, 0, 0, parked, 0, 0, 0, 0]);
    RETURN QUERY
        UPDATE calls
        SET status = 'IN_PROGRESS',
            attempts = attempts + 1,
            placements = placements + 1,
            started_at = now_ms,
            updated_at = now_ms,
            next_run_at = 0
        WHERE seq = ANY (seqs)
        RETURNING calls.*;
END $$;

-- After the database may have lost commits (another timeline, a restored backup): nobody knows what was
-- dialed meanwhile, so what is CLAIMED becomes UNKNOWN and is asked about, and the new identity stands.
CREATE FUNCTION accept_timeline(identity text, now_ms bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    doubtful bigint;
BEGIN
    PERFORM 1 FROM gate FOR UPDATE;
    IF EXISTS (SELECT 1
               FROM settings
               WHERE key = 'store.timeline'
                 AND value = convert_to(identity, 'UTF8')) THEN
        RETURN 0;
    END IF;
    PERFORM lock_lines((SELECT array_agg(exclusive_key) FROM in_flight));
    WITH lost AS (
        UPDATE placements
        SET state = 3, ask_at = now_ms
        FROM in_flight
        WHERE placements.call_seq = in_flight.call_seq
          AND placements.number = in_flight.number
          AND placements.state = 1
        RETURNING placements.call_seq, placements.number, placements.node
    ), asked AS (
        UPDATE in_flight
        SET ask_at = now_ms
        FROM lost
        WHERE in_flight.call_seq = lost.call_seq
          AND in_flight.number = lost.number
    ), told AS (
        INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
        SELECT call_seq, number, 67, 2, 0, true, now_ms, '', 'the database changed its timeline'
        FROM lost
    )
    SELECT count(*) INTO doubtful FROM lost;
    INSERT INTO settings (key, value)
    VALUES ('store.timeline', convert_to(identity, 'UTF8'))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
    RETURN doubtful;
END $$;
