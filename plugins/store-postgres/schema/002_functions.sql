-- The writes, one function each: what they do in several statements needs one round trip. Each is VOLATILE,
-- so that under READ COMMITTED each statement sees what was committed before it, which is what a lock that
-- was waited for is worth.

-- Adds a transaction's changes to the statistics; the last thing it does. deltas: the columns of tallies.
CREATE FUNCTION tally(deltas bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tallies
    SET pending = pending + deltas[1],
        in_progress = in_progress + deltas[2],
        completed = completed + deltas[3],
        failed = failed + deltas[4],
        canceled = canceled + deltas[5],
        expired = expired + deltas[6],
        parked = parked + deltas[7],
        kept = kept + deltas[8],
        owed = owed + deltas[9],
        contradictions = contradictions + deltas[10],
        changes = changes + deltas[11]
    WHERE shard = pg_backend_pid() % 32;
END $$;

-- Locks the lines of numbers, in order, making rows for those never seen; gives those it made.
CREATE FUNCTION lock_lines(keys text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    made text[];
BEGIN
    WITH locked AS (
        INSERT INTO phones (exclusive_key)
        SELECT DISTINCT key COLLATE "C"
        FROM unnest(keys) AS key
        ORDER BY 1
        ON CONFLICT (exclusive_key) DO UPDATE SET exclusive_key = excluded.exclusive_key WHERE false
        RETURNING exclusive_key
    )
    SELECT coalesce(array_agg(exclusive_key), '{}') INTO made FROM locked;
    RETURN made;
END $$;

-- The head of one free line: its best call becomes READY, in place of the head that goes after it. Gives
-- how many more are parked than before.
CREATE FUNCTION fix_line(line_key text, line_lane bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    head record;
    best record;
BEGIN
    SELECT seq, priority, due_at INTO best
    FROM waiting
    WHERE exclusive_key = line_key AND lane = line_lane AND hold = 3
    ORDER BY priority DESC, due_at, seq
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT seq, priority, due_at INTO head
    FROM waiting
    WHERE exclusive_key = line_key AND lane = line_lane AND hold = 1;
    IF NOT FOUND THEN
        UPDATE waiting SET hold = 1 WHERE seq = best.seq;
        RETURN -1;
    END IF;
    IF (-best.priority, best.due_at, best.seq) < (-head.priority, head.due_at, head.seq) THEN
        UPDATE waiting SET hold = 3 WHERE seq = head.seq;
        UPDATE waiting SET hold = 1 WHERE seq = best.seq;
    END IF;
    RETURN 0;
END $$;

-- Puts the lines of locked numbers in order: a busy number has no head, a free one with waiting calls has
-- one in each lane. Looks at heads only, never along a line. Gives how many more are parked than before.
CREATE FUNCTION fix_lines(keys text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    parked bigint;
    key text;
    next_lane bigint;
BEGIN
    UPDATE waiting
    SET hold = 3
    FROM in_flight
    WHERE in_flight.exclusive_key = ANY (keys)
      AND waiting.exclusive_key = in_flight.exclusive_key
      AND waiting.hold = 1;
    GET DIAGNOSTICS parked = ROW_COUNT;
    FOR key IN
        SELECT DISTINCT named
        FROM unnest(keys) AS named
        WHERE NOT EXISTS (SELECT 1 FROM in_flight WHERE exclusive_key = named)
          AND EXISTS (SELECT 1 FROM waiting WHERE exclusive_key = named AND hold = 3)
    LOOP
        next_lane := 0;
        LOOP
            SELECT lane INTO next_lane
            FROM waiting
            WHERE exclusive_key = key AND hold = 3 AND lane > next_lane
            ORDER BY lane
            LIMIT 1;
            EXIT WHEN NOT FOUND;
            parked := parked + fix_line(key, next_lane);
        END LOOP;
    END LOOP;
    RETURN parked;
END $$;

-- Gives calls that are PENDING their place, each at the head when its number and line are free. The numbers
-- are locked; rows: their hold is not read. Gives how many are parked more.
CREATE FUNCTION join_lines(joining waiting[], now_ms bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    parked bigint;
    keys text[];
BEGIN
    INSERT INTO waiting (seq, lane, priority, due_at, not_after, hold, exclusive_key)
    SELECT seq, lane, priority, due_at, not_after,
           CASE
               WHEN due_at > now_ms THEN 2
               WHEN row_number() OVER (PARTITION BY exclusive_key, lane, due_at > now_ms
                                       ORDER BY priority DESC, due_at, seq) = 1
                    AND NOT EXISTS (SELECT 1 FROM in_flight WHERE in_flight.exclusive_key = j.exclusive_key)
                    AND NOT EXISTS (SELECT 1
                                    FROM waiting w
                                    WHERE w.exclusive_key = j.exclusive_key AND w.lane = j.lane AND w.hold = 1)
                    AND NOT EXISTS (SELECT 1
                                    FROM waiting w
                                    WHERE w.exclusive_key = j.exclusive_key AND w.lane = j.lane AND w.hold = 3)
               THEN 1
               ELSE 3
           END,
           exclusive_key
    FROM unnest(joining) AS j;
    SELECT count(*), array_agg(DISTINCT w.exclusive_key) INTO parked, keys
    FROM unnest(joining) AS j
    JOIN waiting w ON w.seq = j.seq
    WHERE w.hold = 3;
    IF parked > 0 THEN
        parked := parked + fix_lines(keys);
    END IF;
    RETURN parked;
END $$;

-- Stores calls as PENDING; what is known already, by id or by key, is left out. Gives what it stored.
CREATE FUNCTION enqueue_calls(specs calls[], now_ms bigint)
RETURNS TABLE (stored_id text, stored_seq bigint) LANGUAGE plpgsql AS $$
DECLARE
    ids text[];
    joining waiting[];
    parked bigint;
BEGIN
    PERFORM lock_lines((SELECT array_agg(exclusive_key) FROM unnest(specs)));
    WITH stored AS (
        INSERT INTO calls (id, tenant, campaign, lane, priority, to_phone, exclusive_key, script_id,
                           idempotency_key, request_digest, not_before, not_after, status, created_at,
                           updated_at, next_run_at, metadata)
        SELECT id, tenant, campaign, lane, priority, to_phone, exclusive_key, script_id, idempotency_key,
               request_digest, not_before, not_after, 'PENDING', now_ms, now_ms, next_run_at, metadata
        FROM unnest(specs)
        ORDER BY seq
        ON CONFLICT DO NOTHING
        RETURNING seq, id, lane, priority, next_run_at, not_after, exclusive_key
    )
    SELECT array_agg(id ORDER BY seq),
           array_agg(ROW (seq, lane, priority, next_run_at, not_after, 3, exclusive_key)::waiting
                     ORDER BY seq)
    INTO ids, joining
    FROM stored;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    parked := join_lines(joining, now_ms);
    PERFORM tally(ARRAY [cardinality(ids), 0, 0, 0, 0, 0, parked, 0, 0, 0, 1]);
    RETURN QUERY
        SELECT ids[i], joining[i].seq
        FROM generate_subscripts(ids, 1) AS i;
END $$;

-- Locks all that a batch of steps speaks of and tells what the names lead to. kind: 1 a call's id, 2 a
-- provider's id, 3 a provider's id that evidence waits for, 4 a key of evidence seen before.
-- An id that nobody knows yet is about to be learned (shared lock) or to be kept for (exclusive lock): of
-- two such transactions the second waits, and finds what the first wrote.
CREATE FUNCTION lock_named(call_ids text[], provider_ids text[], learns boolean[], dedup_keys text[])
RETURNS TABLE (kind integer, name text, by_provider text, named_seq bigint, named_number bigint)
LANGUAGE plpgsql AS $$
DECLARE
    keys text[];
    stripe record;
BEGIN
    FOR stripe IN
        SELECT hashtext(id) & 63 AS number, bool_and(learn) AS is_shared
        FROM unnest(provider_ids, learns) AS named (id, learn)
        WHERE NOT EXISTS (SELECT 1 FROM provider_calls WHERE provider_call_id = id)
        GROUP BY 1
        ORDER BY 1
    LOOP
        IF stripe.is_shared THEN
            PERFORM pg_advisory_xact_lock_shared(hashtext(current_schema() || '.ids'), stripe.number);
        ELSE
            PERFORM pg_advisory_xact_lock(hashtext(current_schema() || '.ids'), stripe.number);
        END IF;
    END LOOP;
    SELECT array_agg(exclusive_key) INTO keys
    FROM (SELECT exclusive_key FROM calls WHERE id = ANY (call_ids)
          UNION
          SELECT calls.exclusive_key
          FROM provider_calls
          JOIN calls ON calls.seq = provider_calls.call_seq
          WHERE provider_calls.provider_call_id = ANY (provider_ids)) AS named;
    PERFORM lock_lines(keys);
    RETURN QUERY
        SELECT 1, id, exclusive_key, seq, 0::bigint FROM calls WHERE id = ANY (call_ids)
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
        WHERE dedup_key = ANY (dedup_keys);
END $$;

-- Writes what a batch of steps came to. The lines of all calls in it are locked; keys: the numbers whose
-- lines may have to move. Fails with 40001 when another transaction has learned the same id or seen the same
-- key meanwhile: the batch is to be done again.
CREATE FUNCTION write_calls(
    changed calls[], leaving bigint[], joining waiting[], changed_placements placements[],
    made_placements placements[], freed_caps placement_caps[], history entries[], events outbox[],
    mapped provider_calls[], keeping kept[], taken bigint[], seen seen_evidence[], keys text[],
    deltas bigint[], now_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parked bigint := 0;
    written bigint;
BEGIN
    UPDATE calls
    SET status = u.status,
        attempts = u.attempts,
        placements = u.placements,
        undecided = u.undecided,
        fixed_outcome = u.fixed_outcome,
        updated_at = u.updated_at,
        started_at = u.started_at,
        ended_at = u.ended_at,
        next_run_at = u.next_run_at,
        undecided_at = u.undecided_at,
        last_error = u.last_error
    FROM unnest(changed) AS u
    WHERE calls.seq = u.seq;
    INSERT INTO placements SELECT (unnest(made_placements)).*;
    UPDATE placements
    SET state = u.state,
        outcome = u.outcome,
        disposition = u.disposition,
        error_class = u.error_class,
        counted = u.counted,
        decision = u.decision,
        decisions_taken = u.decisions_taken,
        asked = u.asked,
        contradictions = u.contradictions,
        claim = u.claim,
        provider_call_id = u.provider_call_id,
        provider_state = u.provider_state,
        reason = u.reason,
        accepted_at = u.accepted_at,
        ended_at = u.ended_at,
        evidence_at = u.evidence_at,
        ask_at = u.ask_at,
        duration_ms = u.duration_ms,
        cost_micros = u.cost_micros,
        cost_currency = u.cost_currency,
        recording_url = u.recording_url,
        transcript_url = u.transcript_url
    FROM unnest(changed_placements) AS u
    WHERE placements.call_seq = u.call_seq
      AND placements.number = u.number;
    UPDATE in_flight
    SET ask_at = u.ask_at
    FROM unnest(changed_placements) AS u
    WHERE u.state <= 3
      AND in_flight.exclusive_key = u.exclusive_key
      AND in_flight.call_seq = u.call_seq
      AND in_flight.number = u.number
      AND in_flight.ask_at <> u.ask_at;
    DELETE FROM in_flight
    USING unnest(changed_placements) AS u
    WHERE u.state > 3
      AND in_flight.exclusive_key = u.exclusive_key
      AND in_flight.call_seq = u.call_seq
      AND in_flight.number = u.number;
    IF cardinality(freed_caps) > 0 THEN
        DELETE FROM placement_caps
        USING unnest(freed_caps) AS u
        WHERE placement_caps.cap_key = u.cap_key
          AND placement_caps.call_seq = u.call_seq;
    END IF;
    IF cardinality(leaving) > 0 THEN
        WITH gone AS (DELETE FROM waiting WHERE seq = ANY (leaving) RETURNING hold)
        SELECT -count(*) INTO parked FROM gone WHERE hold = 3;
    END IF;
    INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
    SELECT call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail
    FROM unnest(history);
    INSERT INTO outbox (call_seq, status, at)
    SELECT call_seq, status, at
    FROM unnest(events);
    IF cardinality(mapped) > 0 THEN
        INSERT INTO provider_calls SELECT (unnest(mapped)).* ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written < cardinality(mapped) THEN
            RAISE EXCEPTION 'an id was learned twice' USING ERRCODE = '40001';
        END IF;
    END IF;
    IF cardinality(seen) > 0 THEN
        INSERT INTO seen_evidence SELECT (unnest(seen)).* ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written < cardinality(seen) THEN
            RAISE EXCEPTION 'evidence came twice' USING ERRCODE = '40001';
        END IF;
    END IF;
    IF cardinality(keeping) > 0 THEN
        INSERT INTO kept (kept_at, provider, provider_call_id, step, flags, outcome, disposition, error_class,
                          occurred_at, due_at, duration_ms, cost_micros, cost_currency, recording_url,
                          transcript_url, provider_state, reason)
        SELECT kept_at, provider, provider_call_id, step, flags, outcome, disposition, error_class,
               occurred_at, due_at, duration_ms, cost_micros, cost_currency, recording_url, transcript_url,
               provider_state, reason
        FROM unnest(keeping);
    END IF;
    IF cardinality(taken) > 0 THEN
        DELETE FROM kept WHERE seq = ANY (taken);
    END IF;
    IF cardinality(joining) > 0 THEN
        parked := parked + join_lines(joining, now_ms);
    END IF;
    IF cardinality(keys) > 0 THEN
        parked := parked + fix_lines(keys);
    END IF;
    deltas[7] := deltas[7] + parked;
    PERFORM tally(deltas);
END $$;

-- Changes the texts of a call that is PENDING; its number's line, and its new number's, are locked.
CREATE FUNCTION patch_calls(patched calls[], now_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moved waiting[];
    old_keys text[];
    parked bigint := 0;
BEGIN
    UPDATE calls
    SET to_phone = u.to_phone,
        exclusive_key = u.exclusive_key,
        script_id = u.script_id,
        metadata = u.metadata,
        updated_at = now_ms
    FROM unnest(patched) AS u
    WHERE calls.seq = u.seq;
    INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
    SELECT seq, 0, 65, 1, 0, true, now_ms, '', ''
    FROM unnest(patched);
    WITH gone AS (
        DELETE FROM waiting
        USING unnest(patched) AS u
        WHERE waiting.seq = u.seq
          AND waiting.exclusive_key <> u.exclusive_key
        RETURNING waiting.*, u.exclusive_key AS new_key
    )
    SELECT array_agg(ROW (seq, lane, priority, due_at, not_after, 3, new_key)::waiting),
           array_agg(exclusive_key),
           -count(*) FILTER (WHERE hold = 3)
    INTO moved, old_keys, parked
    FROM gone;
    IF moved IS NOT NULL THEN
        parked := parked + join_lines(moved, now_ms) + fix_lines(old_keys);
    END IF;
    PERFORM tally(ARRAY [0, 0, 0, 0, 0, 0, parked, 0, 0, 0, 1]);
END $$;

-- Opens a claim: its node's lease must hold, calls past their end expire and calls whose time has come join
-- their lines, both within bounds; then what can be claimed is told, lane by lane, one step along the index
-- for each.
CREATE FUNCTION claim_begin(claiming_node text, now_ms bigint, expired_max bigint, promoted_max bigint)
RETURNS TABLE (what text, value bigint) LANGUAGE plpgsql AS $$
DECLARE
    lease bigint;
    seqs bigint[];
    keys text[];
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
    IF expired > 0 OR due IS NOT NULL THEN
        PERFORM tally(ARRAY [-expired, 0, 0, 0, 0, expired, parked, 0, expired, 0, 0]);
    END IF;
    RETURN QUERY
        SELECT 'lease', lease
        UNION ALL
        SELECT 'expired', expired
        UNION ALL
        SELECT 'promoted', coalesce(cardinality(due), 0)::bigint
        UNION ALL
        SELECT 'in_flight', (SELECT count(*) FROM in_flight)
        UNION ALL
        SELECT 'next_due', (SELECT due_at FROM waiting WHERE hold = 2 ORDER BY due_at LIMIT 1);
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
-- busy for is left out: the key of in_flight is the truth. Gives the calls as they are then.
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
        ON CONFLICT DO NOTHING
        RETURNING call_seq, number, provider, exclusive_key
    )
    SELECT array_agg(call_seq), array_agg(number), array_agg(provider), array_agg(exclusive_key), count(*)
    INTO seqs, numbers, providers, keys, opened
    FROM made;
    DELETE FROM waiting WHERE seq = ANY (seqs);
    INSERT INTO placements (call_seq, number, exclusive_key, state, counted, claim, provider, node, claimed_at,
                            evidence_at)
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
    UPDATE waiting
    SET hold = 3
    WHERE hold = 1
      AND exclusive_key IN (SELECT calls.exclusive_key FROM unnest(chosen) AS u JOIN calls ON calls.seq = u);
    GET DIAGNOSTICS parked = ROW_COUNT;
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
    IF EXISTS (SELECT 1 FROM settings WHERE key = 'store.timeline' AND value = convert_to(identity, 'UTF8')) THEN
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
