-- What goes before the next claim when the database may have lost commits. It stands on the row that every
-- claim locks, so that all nodes see it at once and looking costs nothing.
--
-- stopped: why nothing is handed out, for people; empty = calls are handed out. doubt_at: a call that was due
-- by then may have been dialed by a claim that is forgotten; 0 = none. synchronous: whether the primary waits
-- for a standby, as it was last seen.
ALTER TABLE gate
    ADD COLUMN stopped text NOT NULL DEFAULT '',
    ADD COLUMN doubt_at bigint NOT NULL DEFAULT 0,
    ADD COLUMN synchronous boolean NOT NULL DEFAULT false;

-- Nobody knows what was dialed meanwhile: what is CLAIMED becomes UNKNOWN and is asked about; with
-- `asks_first` what waits is asked about before it is dialed. The identity stands from now on, and calls are
-- handed out again.
CREATE FUNCTION recover(
    identity text, asks_first boolean, now_ms bigint, OUT unknown bigint, OUT doubtful bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM gate FOR UPDATE;
    PERFORM lock_lines((SELECT coalesce(array_agg(exclusive_key), '{}') FROM in_flight));
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
        SELECT call_seq, number, 67, 2, 0, true, now_ms, '', 'the database may have lost commits'
        FROM lost
    )
    SELECT count(*) INTO unknown FROM lost;
    doubtful := 0;
    IF asks_first THEN
        SELECT count(*) INTO doubtful FROM waiting WHERE due_at <= now_ms;
        UPDATE gate SET doubt_at = now_ms;
    END IF;
    UPDATE gate SET stopped = '';
    INSERT INTO settings (key, value)
    VALUES ('store.timeline', convert_to(identity, 'UTF8'))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
END $$;

-- Compares the database's identity with the one that is known, under the cap lock. When it is another (or
-- `has_lost`: somebody remembers commits that are gone) it recovers at once, or stops the claims for a person
-- to decide. Whether anything acknowledged can be lost is judged by what the old primary was: only one that
-- waited for its standby loses nothing.
CREATE FUNCTION meet_identity(identity text, has_lost boolean, may_recover boolean, why text, now_ms bigint)
RETURNS TABLE (what text, unknown bigint, doubtful bigint) LANGUAGE plpgsql AS $$
DECLARE
    known text;
    was_synchronous boolean;
BEGIN
    SELECT synchronous INTO was_synchronous FROM gate FOR UPDATE;
    SELECT convert_from(value, 'UTF8') INTO known FROM settings WHERE key = 'store.timeline';
    IF known IS NULL THEN
        INSERT INTO settings (key, value) VALUES ('store.timeline', convert_to(identity, 'UTF8'));
        known := identity;
    END IF;
    IF known = identity AND NOT has_lost THEN
        RETURN QUERY SELECT 'known'::text, 0::bigint, 0::bigint;
    ELSIF may_recover THEN
        RETURN QUERY
            SELECT 'recovered'::text, made.unknown, made.doubtful
            FROM recover(identity, has_lost OR NOT was_synchronous, now_ms) AS made;
    ELSE
        UPDATE gate SET stopped = why WHERE stopped = '';
        RETURN QUERY SELECT 'stopped'::text, 0::bigint, 0::bigint;
    END IF;
END $$;

-- Placements that a claim has just made for calls that may have been dialed before: UNKNOWN from the start,
-- as if they had been claimed when the commits were lost. Their lines and the gate are locked.
CREATE FUNCTION doubt_claimed(seqs bigint[], doubted_at bigint, why text, now_ms bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- When they were really claimed the placements do not tell then.
    WITH doubted AS (
        UPDATE placements
        SET state = 3, ask_at = now_ms, claimed_at = doubted_at, evidence_at = doubted_at, reason = why,
            claimed_entry = 0
        FROM calls
        WHERE calls.seq = ANY (seqs)
          AND placements.call_seq = calls.seq
          AND placements.number = calls.placements
        RETURNING placements.call_seq, placements.number, placements.provider
    )
    INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail)
    SELECT call_seq, number, 66, 2, 0, true, now_ms, '', provider
    FROM doubted;
    UPDATE in_flight
    SET ask_at = now_ms
    FROM calls
    WHERE calls.seq = ANY (seqs)
      AND in_flight.exclusive_key = calls.exclusive_key
      AND in_flight.call_seq = calls.seq;
    INSERT INTO entries (call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail)
    SELECT seq, placements, 67, 2, 0, true, now_ms, '', why
    FROM calls
    WHERE seq = ANY (seqs);
END $$;
