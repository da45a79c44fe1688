-- Retention: finished calls go whole, in steps of a pass that are short transactions.

-- Keys of evidence come in the order of their age, and nothing but retention looks at that: an index of
-- block ranges, which costs an insert next to nothing.
CREATE INDEX seen_evidence_by_age ON seen_evidence USING brin (seen_at)
    WITH (pages_per_range = 32, autosummarize = on);

-- Whether a call waits for a number, with the indexes of the heads and of those parked.
CREATE INDEX waiting_scheduled ON waiting (exclusive_key) WHERE hold = 2;

-- Looks at up to limit_max calls from after_seq on, in the order in which they came, and removes those that
-- ended before before_ms. What came later cannot have ended earlier, so a pass ends there.
CREATE FUNCTION prune_calls(
    after_seq bigint, before_ms bigint, limit_max bigint, drops_owed boolean, is_dry_run boolean)
RETURNS TABLE (last_seq bigint, is_over boolean, calls_gone bigint, placements_gone bigint,
               entries_gone bigint, numbers_gone bigint) LANGUAGE plpgsql AS $$
DECLARE
    seqs bigint[];
    keys text[];
    gone_by_status bigint[];
    owed bigint;
    contradicted bigint;
BEGIN
    WITH looked_at AS (
        SELECT seq, status, ended_at, created_at
        FROM calls
        WHERE seq > after_seq
        ORDER BY seq
        LIMIT limit_max
    )
    SELECT coalesce(max(seq), after_seq),
           count(*) < limit_max OR coalesce(bool_or(created_at >= before_ms), false),
           array_agg(seq) FILTER (WHERE status NOT IN ('PENDING', 'IN_PROGRESS') AND ended_at < before_ms)
    INTO last_seq, is_over, seqs
    FROM looked_at;
    IF NOT drops_owed THEN
        seqs := ARRAY (SELECT calls.seq
                       FROM calls
                       JOIN outbox
                           ON outbox.call_seq = calls.seq
                          AND outbox.status = array_position(enum_range(NULL::call_status), calls.status)
                       WHERE calls.seq = ANY (seqs)
                         AND outbox.acknowledged);
    END IF;
    calls_gone := coalesce(cardinality(seqs), 0);
    placements_gone := 0;
    entries_gone := 0;
    numbers_gone := 0;
    IF calls_gone = 0 OR is_dry_run THEN
        SELECT count(*),
               count(*) FILTER (WHERE claimed_entry <> 0) + count(*) FILTER (WHERE accepted_entry <> 0)
        INTO placements_gone, entries_gone
        FROM placements
        WHERE call_seq = ANY (seqs);
        entries_gone := entries_gone + (SELECT count(*) FROM entries WHERE call_seq = ANY (seqs));
        RETURN NEXT;
        RETURN;
    END IF;
    keys := ARRAY (SELECT DISTINCT exclusive_key FROM calls WHERE seq = ANY (seqs));
    PERFORM lock_lines(keys);
    DELETE FROM provider_calls
    WHERE call_seq = ANY (seqs)
      AND provider_call_id IN (SELECT placements.provider_call_id FROM placements WHERE call_seq = ANY (seqs)
                               UNION
                               SELECT entries.provider_call_id FROM entries WHERE call_seq = ANY (seqs));
    WITH gone AS (
        DELETE FROM placements
        WHERE call_seq = ANY (seqs)
        RETURNING contradictions, claimed_entry, accepted_entry
    )
    SELECT count(*), coalesce(sum(contradictions), 0),
           count(*) FILTER (WHERE claimed_entry <> 0) + count(*) FILTER (WHERE accepted_entry <> 0)
    INTO placements_gone, contradicted, entries_gone
    FROM gone;
    WITH gone AS (DELETE FROM entries WHERE call_seq = ANY (seqs) RETURNING 1)
    SELECT entries_gone + count(*) INTO entries_gone FROM gone;
    WITH gone AS (
        DELETE FROM outbox
        USING calls
        WHERE calls.seq = ANY (seqs)
          AND outbox.call_seq = calls.seq
          AND outbox.status = array_position(enum_range(NULL::call_status), calls.status)
        RETURNING acknowledged
    )
    SELECT count(*) FILTER (WHERE NOT acknowledged) INTO owed FROM gone;
    WITH gone AS (DELETE FROM calls WHERE seq = ANY (seqs) RETURNING status)
    SELECT count(*),
           ARRAY [count(*) FILTER (WHERE status = 'COMPLETED'), count(*) FILTER (WHERE status = 'FAILED'),
                  count(*) FILTER (WHERE status = 'CANCELED'), count(*) FILTER (WHERE status = 'EXPIRED')]
    INTO calls_gone, gone_by_status
    FROM gone;
    numbers_gone := forget_lines(keys);
    PERFORM tally(ARRAY [0, 0, -gone_by_status[1], -gone_by_status[2], -gone_by_status[3], -gone_by_status[4],
                         0, 0, -owed, -contradicted, 0]);
    RETURN NEXT;
END $$;

-- Removes what is not a call's: keys of evidence, evidence whose call never came, nodes long dead.
CREATE FUNCTION prune_rest(before_ms bigint, limit_max bigint, is_dry_run boolean)
RETURNS TABLE (evidence_gone bigint, nodes_gone bigint) LANGUAGE plpgsql AS $$
DECLARE
    kept_gone bigint;
BEGIN
    IF is_dry_run THEN
        SELECT (SELECT count(*) FROM seen_evidence WHERE seen_at < before_ms)
                   + (SELECT count(*) FROM kept WHERE kept_at < before_ms),
               (SELECT count(*) FROM nodes WHERE state = 3 AND lease_until < before_ms)
        INTO evidence_gone, nodes_gone;
        RETURN NEXT;
        RETURN;
    END IF;
    WITH gone AS (
        DELETE FROM seen_evidence
        WHERE ctid = ANY (ARRAY (SELECT ctid FROM seen_evidence WHERE seen_at < before_ms LIMIT limit_max))
        RETURNING 1
    )
    SELECT count(*) INTO evidence_gone FROM gone;
    WITH gone AS (
        DELETE FROM kept
        WHERE seq = ANY (ARRAY (SELECT seq
                                FROM kept
                                WHERE kept_at < before_ms
                                ORDER BY kept_at
                                LIMIT limit_max))
        RETURNING 1
    )
    SELECT count(*) INTO kept_gone FROM gone;
    IF kept_gone > 0 THEN
        PERFORM tally(ARRAY [0, 0, 0, 0, 0, 0, 0, -kept_gone, 0, 0, 0]);
    END IF;
    evidence_gone := evidence_gone + kept_gone;
    WITH gone AS (
        DELETE FROM nodes
        WHERE state = 3
          AND lease_until < before_ms
        RETURNING 1
    )
    SELECT count(*) INTO nodes_gone FROM gone;
    RETURN NEXT;
END $$;
