-- Claim.

-- The heads of a lane in their order, from a mark on: a head that was once its first. Two ranges of the
-- index: one condition for both would be a filter, which walks past all that the mark is to pass by.
CREATE FUNCTION heads_from(mark waiting, heads_max bigint) RETURNS SETOF waiting LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
        SELECT *
        FROM ((SELECT *
               FROM waiting
               WHERE hold = 1
                 AND lane > 0
                 AND lane = mark.lane
                 AND priority = mark.priority
                 AND (due_at, seq) >= (mark.due_at, mark.seq)
               ORDER BY priority DESC, due_at, seq
               LIMIT heads_max)
              UNION ALL
              (SELECT *
               FROM waiting
               WHERE hold = 1
                 AND lane > 0
                 AND lane = mark.lane
                 AND priority < mark.priority
               ORDER BY priority DESC, due_at, seq
               LIMIT heads_max)) AS behind
        LIMIT heads_max;
END $$;

-- The first head of each lane, one step along the index for each. marks, in the order of their lanes: where
-- to begin in those lanes. What stands before a mark is not seen. Behind the last mark one that is none ends
-- the walk.
CREATE FUNCTION first_heads(marks waiting[]) RETURNS SETOF waiting LANGUAGE plpgsql AS $$
DECLARE
    mark waiting;
    head waiting;
    behind integer := 0;
BEGIN
    FOREACH mark IN ARRAY marks || ROW (0, 0, 0, 2147483647, 0, 1, '')::waiting LOOP
        LOOP
            SELECT * INTO head
            FROM waiting
            WHERE hold = 1
              AND lane > 0
              AND lane > behind
              AND lane < mark.lane
            ORDER BY lane, priority DESC, due_at, seq
            LIMIT 1;
            EXIT WHEN NOT FOUND;
            RETURN NEXT head;
            behind := head.lane;
        END LOOP;
        IF mark.lane < 2147483647 THEN
            RETURN QUERY SELECT * FROM heads_from(mark, 1);
            behind := mark.lane;
        END IF;
    END LOOP;
END $$;

-- How many entries this session has walked along, dead ones too, in the indexes that a claim looks along.
CREATE FUNCTION entries_walked() RETURNS bigint LANGUAGE sql AS $$
    SELECT pg_stat_get_xact_tuples_returned('waiting_claimable'::regclass)
               + pg_stat_get_xact_tuples_returned('waiting_due'::regclass)
               + pg_stat_get_xact_tuples_returned('waiting_expiring'::regclass)
               + pg_stat_get_xact_tuples_returned('resting_until'::regclass);
$$;

-- Opens a claim: its node's lease must hold, calls past their end expire, numbers whose rest is over are free
-- and calls whose time has come join their lines, all within bounds; the first head of each lane is told.
-- marks, since_ms: neither what stands before the mark of its lane is seen, nor what was due by since_ms; an
-- empty array and 0 to see all.
CREATE FUNCTION claim_begin(
    claiming_node text, now_ms bigint, expired_max bigint, promoted_max bigint, marks waiting[],
    since_ms bigint)
RETURNS TABLE (what text, value bigint, head_priority integer, head_due_at bigint, head_seq bigint)
LANGUAGE plpgsql AS $$
DECLARE
    lease bigint;
    seqs bigint[];
    keys text[];
    rested text[];
    due waiting[];
    expired bigint := 0;
    parked bigint := 0;
    walked CONSTANT bigint := entries_walked();
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
    keys := ARRAY (SELECT waiting.exclusive_key
                   FROM waiting
                   WHERE not_after > 0
                     AND not_after > since_ms
                     AND not_after <= now_ms
                   ORDER BY not_after
                   LIMIT expired_max);
    IF cardinality(keys) > 0 THEN
        PERFORM make_lines(keys);
        SELECT array_agg(found.seq), array_agg(found.exclusive_key)
        INTO seqs, keys
        FROM (SELECT waiting.seq, waiting.exclusive_key
              FROM waiting
              JOIN phones ON phones.exclusive_key = waiting.exclusive_key
              WHERE not_after > 0
                AND not_after > since_ms
                AND not_after <= now_ms
              ORDER BY not_after
              LIMIT expired_max
              FOR UPDATE OF phones SKIP LOCKED
              FOR UPDATE OF waiting SKIP LOCKED) AS found;
        expired := coalesce(cardinality(seqs), 0);
    END IF;
    IF expired > 0 THEN
        WITH gone AS (DELETE FROM waiting WHERE seq = ANY (seqs) RETURNING hold)
        SELECT -count(*) INTO parked FROM gone WHERE hold = 3;
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
    keys := ARRAY (SELECT resting.exclusive_key
                   FROM resting
                   WHERE until > since_ms
                     AND until <= now_ms
                   ORDER BY until
                   LIMIT promoted_max);
    IF cardinality(keys) > 0 THEN
        PERFORM make_lines(keys);
        WITH found AS (
            SELECT resting.exclusive_key
            FROM resting
            JOIN phones ON phones.exclusive_key = resting.exclusive_key
            WHERE until > since_ms
              AND until <= now_ms
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
    END IF;
    keys := ARRAY (SELECT waiting.exclusive_key
                   FROM waiting
                   WHERE hold = 2
                     AND due_at > 0
                     AND due_at > since_ms
                     AND due_at <= now_ms
                   ORDER BY due_at
                   LIMIT promoted_max);
    IF cardinality(keys) > 0 THEN
        PERFORM make_lines(keys);
        WITH found AS (
            SELECT waiting.seq
            FROM waiting
            JOIN phones ON phones.exclusive_key = waiting.exclusive_key
            WHERE hold = 2
              AND due_at > 0
              AND due_at > since_ms
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
    END IF;
    IF expired > 0 OR rested IS NOT NULL OR due IS NOT NULL THEN
        PERFORM tally(ARRAY [-expired, 0, 0, 0, 0, expired, parked, 0, expired, 0, 0]);
    END IF;
    RETURN QUERY
        SELECT told.what, told.value, 0, 0::bigint, 0::bigint
        FROM (VALUES ('lease', lease),
                     ('expired', expired),
                     ('promoted', coalesce(cardinality(due), 0)),
                     ('rested', coalesce(cardinality(rested), 0)),
                     ('next_due', least((SELECT due_at
                                         FROM waiting
                                         WHERE hold = 2 AND due_at > 0 AND due_at > since_ms
                                         ORDER BY due_at
                                         LIMIT 1),
                                        (SELECT until
                                         FROM resting
                                         WHERE until > since_ms
                                         ORDER BY until
                                         LIMIT 1)))) AS told (what, value);
    RETURN QUERY
        SELECT 'lane', lane::bigint, priority, due_at, seq FROM first_heads(marks);
    RETURN QUERY
        SELECT 'walked', entries_walked() - walked, 0, 0::bigint, 0::bigint;
END $$;

-- Reads the heads of open lanes from marks on, which are the first of them, up to heads_max of each in the
-- order in which they go, and locks their lines; lines that others are at are left. What was read before its
-- line was locked may be gone since: claim_write looks again.
CREATE FUNCTION claim_heads(marks waiting[], heads_max bigint) RETURNS SETOF waiting LANGUAGE plpgsql AS $$
DECLARE
    fronts waiting[];
    locked waiting[];
BEGIN
    fronts := ARRAY (SELECT front
                     FROM unnest(marks) AS mark
                     CROSS JOIN LATERAL heads_from(mark, heads_max) AS front);
    PERFORM make_lines(ARRAY (SELECT exclusive_key FROM unnest(fronts)));
    SELECT array_agg(free.head) INTO locked
    FROM (SELECT front AS head
          FROM unnest(fronts) AS front
          JOIN phones ON phones.exclusive_key = front.exclusive_key
          FOR UPDATE OF phones SKIP LOCKED) AS free;
    IF coalesce(cardinality(locked), 0) = cardinality(fronts) THEN
        RETURN QUERY SELECT * FROM unnest(locked);
        RETURN;
    END IF;
    -- Others are at some of them: as many more are looked for behind. heads_from again, but rows can only be
    -- locked where they are read.
    RETURN QUERY
        SELECT free.*
        FROM unnest(marks) AS mark
        CROSS JOIN LATERAL ((SELECT *
                             FROM (SELECT waiting.*
                                   FROM waiting
                                   JOIN phones ON phones.exclusive_key = waiting.exclusive_key
                                   WHERE waiting.hold = 1
                                     AND waiting.lane > 0
                                     AND waiting.lane = mark.lane
                                     AND waiting.priority = mark.priority
                                     AND (waiting.due_at, waiting.seq) >= (mark.due_at, mark.seq)
                                   ORDER BY waiting.priority DESC, waiting.due_at, waiting.seq
                                   LIMIT heads_max
                                   FOR UPDATE OF phones SKIP LOCKED) AS level)
                            UNION ALL
                            (SELECT *
                             FROM (SELECT waiting.*
                                   FROM waiting
                                   JOIN phones ON phones.exclusive_key = waiting.exclusive_key
                                   WHERE waiting.hold = 1
                                     AND waiting.lane > 0
                                     AND waiting.lane = mark.lane
                                     AND waiting.priority < mark.priority
                                   ORDER BY waiting.priority DESC, waiting.due_at, waiting.seq
                                   LIMIT heads_max
                                   FOR UPDATE OF phones SKIP LOCKED) AS below)
                            LIMIT heads_max) AS free;
END $$;

-- Moves the spans of slots in use forward when a thousand were taken since they were. lowest, highest: the
-- numbers just taken, under the cap lock. A span ends at each wide gap: a call that lasts has one of its own,
-- and what came and went beside it is passed by. A gap of a hundred is dearer to walk than a span to find.
CREATE FUNCTION raise_spans(lowest bigint, highest bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known bigint;
BEGIN
    SELECT open_from INTO known FROM slot_spans ORDER BY open_from DESC LIMIT 1;
    IF lowest < known THEN
        RAISE EXCEPTION 'slot % was taken after slot %: restart the sequence of in_flight.slot behind it',
            lowest, known;
    END IF;
    IF highest < known + 1000 THEN
        RETURN;
    END IF;
    WITH used AS (
        SELECT slot, lag(slot) OVER (ORDER BY slot) AS before FROM slots_in_use
    ), gaps AS (
        SELECT slot, before FROM used WHERE slot > before + 100 ORDER BY slot - before DESC LIMIT 100
    )
    INSERT INTO slot_spans (open_from, firsts, lasts)
    SELECT highest + 1,
           (SELECT min(slot) FROM used) || ARRAY (SELECT slot FROM gaps ORDER BY slot) || (highest + 1),
           ARRAY (SELECT before FROM gaps ORDER BY slot) || highest || 9223372036854775807;
    DELETE FROM slot_spans WHERE open_from = known;
END $$;

-- Opens the placements of chosen calls, whose lines are locked by the numbers in chosen_keys, and takes
-- their tokens. A call that is not claimable any more, or whose number is busy or rests, is left out; that no
-- number gets two is held by the key of in_flight. Gives the calls as they are then.
CREATE FUNCTION claim_write(
    chosen bigint[], chosen_keys text[], chosen_providers text[], chosen_caps placement_caps[],
    buckets limits[], token bigint, claiming_node text, now_ms bigint)
RETURNS SETOF calls LANGUAGE plpgsql AS $$
DECLARE
    seqs bigint[];
    numbers integer[];
    providers text[];
    keys text[];
    slots bigint[];
    parked bigint;
BEGIN
    SELECT array_agg(u.seq), array_agg(u.key), array_agg(u.provider)
    INTO seqs, keys, providers
    FROM unnest(chosen, chosen_keys, chosen_providers) AS u (seq, key, provider)
    WHERE (SELECT 1
           FROM waiting
           WHERE waiting.seq = u.seq
             AND waiting.hold = 1
             AND waiting.exclusive_key = u.key
           LIMIT 1) IS NOT NULL
      AND (SELECT 1 FROM in_flight WHERE in_flight.exclusive_key = u.key LIMIT 1) IS NULL
      AND (SELECT 1 FROM resting WHERE resting.exclusive_key = u.key LIMIT 1) IS NULL;
    IF seqs IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM waiting WHERE seq = ANY (seqs);
    WITH made AS (
        INSERT INTO in_flight (call_seq, number, exclusive_key, provider, node)
        SELECT calls.seq, calls.placements + 1, u.key, u.provider, claiming_node
        FROM unnest(seqs, keys, providers) AS u (seq, key, provider)
        JOIN calls ON calls.seq = u.seq
        RETURNING call_seq, number, exclusive_key, provider, slot
    )
    SELECT array_agg(call_seq), array_agg(number), array_agg(exclusive_key), array_agg(provider),
           array_agg(slot)
    INTO seqs, numbers, keys, providers, slots
    FROM made;
    PERFORM raise_spans(min(slot), max(slot)) FROM unnest(slots) AS slot;
    INSERT INTO placements (call_seq, number, exclusive_key, state, counted, claim, provider, node,
                            claimed_at, evidence_at, claimed_entry)
    SELECT u.seq, u.number, u.key, 1, true, token, u.provider, claiming_node, now_ms, now_ms,
           nextval('entries_entry_seq')
    FROM unnest(seqs, numbers, keys, providers) AS u (seq, number, key, provider);
    IF cardinality(chosen_caps) > 0 THEN
        INSERT INTO placement_caps (cap_key, call_seq, slot)
        SELECT u.cap_key, u.call_seq, slots[array_position(seqs, u.call_seq)]
        FROM unnest(chosen_caps) AS u
        WHERE u.call_seq = ANY (seqs);
    END IF;
    IF cardinality(buckets) > 0 THEN
        UPDATE limits
        SET level_micro = u.level_micro,
            refilled_at = u.refilled_at
        FROM unnest(buckets) AS u
        WHERE limits.key = u.key;
    END IF;
    -- The heads of their other lanes. Not of what was chosen and is not taken: another stands in its place.
    parked := park_heads(keys);
    PERFORM tally(ARRAY [-cardinality(seqs), cardinality(seqs), 0, 0, 0, 0, parked, 0, 0, 0, 0]);
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
