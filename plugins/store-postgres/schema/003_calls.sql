-- Enqueue, patch and advance.

-- Stores calls as PENDING; what is known already, by id or by key, is left out. Gives what it stored. Fails
-- with 23505 when another transaction stores the same meanwhile: the batch is to be done again, and finds it.
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
        FROM unnest(specs) AS spec
        WHERE (SELECT 1 FROM calls WHERE calls.id = spec.id LIMIT 1) IS NULL
          AND (spec.idempotency_key = ''
               OR (SELECT 1
                   FROM calls
                   WHERE calls.tenant = spec.tenant
                     AND calls.idempotency_key = spec.idempotency_key
                     AND calls.idempotency_key <> ''
                   LIMIT 1) IS NULL)
        ORDER BY seq
        RETURNING seq, id, next_run_at, not_after, lane, priority, exclusive_key
    )
    SELECT array_agg(id ORDER BY seq),
           array_agg(ROW (seq, next_run_at, not_after, lane, priority, 3, exclusive_key)::waiting
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

-- Locks all that a batch of steps speaks of and tells what the names lead to. kind: 1 the number whose line
-- was locked for a call, 2 a provider's id, 3 a provider's id that evidence waits for, 4 a key of evidence
-- seen before, 5 how long a number rests after a call, when it does.
-- A call's number before its line was locked is not its number after the line was waited for: PATCH may have
-- moved it. Who finds a call under another number than that of kind 1 does it all again.
-- An id that nobody knows yet is about to be learned (shared lock) or to be kept for (exclusive lock): of
-- two such transactions the second waits, and finds what the first wrote.
CREATE FUNCTION lock_named(
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
        SELECT 2, provider_call_id, provider, call_seq, number::bigint
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

-- Writes what a batch of steps came to. The lines of all calls in it are locked; keys: the numbers whose
-- lines may have to move. accepted_entry of a changed placement: other than 0 when the placement is to tell
-- of its acceptance, before all that history says. Fails with 23505 when another transaction has learned the
-- same id or seen the same key meanwhile: the batch is to be done again.
CREATE FUNCTION write_calls(
    changed calls[], leaving bigint[], joining waiting[], changed_placements placements[],
    made_placements placements[], freed_caps text[], history entries[], events outbox[],
    mapped provider_calls[], keeping kept[], taken bigint[], seen seen_evidence[], keys text[],
    deltas bigint[], now_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    freed_slots bigint[];
    asked_slots bigint[];
    ask_times bigint[];
    parked bigint := 0;
BEGIN
    IF cardinality(changed) > 0 THEN
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
    END IF;
    IF cardinality(made_placements) > 0 THEN
        INSERT INTO placements SELECT (unnest(made_placements)).*;
    END IF;
    IF cardinality(changed_placements) > 0 THEN
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
            accepted_entry = CASE
                WHEN u.accepted_entry <> 0 THEN nextval('entries_entry_seq')
                ELSE placements.accepted_entry
            END,
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
        -- By their slots, found number by number: what joins in_flight may be planned to read all of it.
        SELECT array_agg(held.slot) FILTER (WHERE u.state > 3),
               array_agg(held.slot) FILTER (WHERE u.state <= 3 AND held.ask_at <> u.ask_at),
               array_agg(u.ask_at) FILTER (WHERE u.state <= 3 AND held.ask_at <> u.ask_at)
        INTO freed_slots, asked_slots, ask_times
        FROM unnest(changed_placements) AS u
        CROSS JOIN LATERAL (SELECT slot, ask_at
                            FROM in_flight
                            WHERE exclusive_key = u.exclusive_key
                              AND call_seq = u.call_seq
                              AND number = u.number
                            OFFSET 0) AS held;
        IF asked_slots IS NOT NULL THEN
            UPDATE in_flight
            SET ask_at = ask_times[array_position(asked_slots, slot)]
            WHERE slot = ANY (asked_slots);
        END IF;
    END IF;
    IF cardinality(freed_caps) > 0 THEN
        DELETE FROM placement_caps
        WHERE cap_key = ANY (freed_caps)
          AND slot = ANY (freed_slots);
    END IF;
    IF freed_slots IS NOT NULL THEN
        DELETE FROM in_flight WHERE slot = ANY (freed_slots);
    END IF;
    IF cardinality(leaving) > 0 THEN
        WITH gone AS (DELETE FROM waiting WHERE seq = ANY (leaving) RETURNING hold)
        SELECT -count(*) INTO parked FROM gone WHERE hold = 3;
    END IF;
    IF cardinality(history) > 0 THEN
        INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id,
                             detail)
        SELECT call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail
        FROM unnest(history);
    END IF;
    IF cardinality(events) > 0 THEN
        INSERT INTO outbox (call_seq, status, at)
        SELECT call_seq, status, at
        FROM unnest(events);
    END IF;
    IF cardinality(mapped) > 0 THEN
        INSERT INTO provider_calls SELECT (unnest(mapped)).*;
    END IF;
    IF cardinality(seen) > 0 THEN
        INSERT INTO seen_evidence SELECT (unnest(seen)).*;
    END IF;
    IF cardinality(keeping) > 0 THEN
        INSERT INTO kept (kept_at, provider, provider_call_id, step, flags, outcome, disposition,
                          error_class,
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
    IF 0 <> ANY (deltas) THEN
        PERFORM tally(deltas);
    END IF;
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
    -- Call by call, as what joins waiting may be planned to read all of it.
    SELECT array_agg(ROW (place.seq, place.due_at, place.not_after, place.lane, place.priority, 3,
                          u.exclusive_key)::waiting),
           array_agg(place.exclusive_key),
           -count(*) FILTER (WHERE place.hold = 3)
    INTO moved, old_keys, parked
    FROM unnest(patched) AS u
    CROSS JOIN LATERAL (SELECT *
                        FROM waiting
                        WHERE seq = u.seq
                          AND exclusive_key <> u.exclusive_key
                        OFFSET 0) AS place;
    IF moved IS NOT NULL THEN
        DELETE FROM waiting WHERE seq = ANY (ARRAY (SELECT seq FROM unnest(moved)));
        parked := parked + join_lines(moved, now_ms) + fix_lines(old_keys);
    END IF;
    PERFORM tally(ARRAY [0, 0, 0, 0, 0, 0, parked, 0, 0, 0, 1]);
END $$;
