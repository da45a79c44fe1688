-- The writes, one function each: what they do in several statements needs one round trip. Each is VOLATILE,
-- so that under READ COMMITTED each statement sees what was committed before it, which is what a lock that
-- was waited for is worth. A guard is a scalar subquery with LIMIT 1: EXISTS may be planned as a join that
-- reads the whole table, which on a new table looks cheap and is planned but once.

-- Adds a transaction's changes to the statistics; the last thing it does. deltas: the columns of tallies.
-- A row that another has moved to its next place meanwhile is looked for again: each time somebody got on.
CREATE FUNCTION tally(deltas bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mine CONSTANT integer := pg_backend_pid() % 32;
BEGIN
    FOR try IN 1..1000 LOOP
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
            changes = changes + deltas[11],
            updates = updates + 1,
            place = (updates + 1) / 50
        WHERE shard = mine
          AND place = (SELECT place FROM tallies WHERE shard = mine ORDER BY place DESC LIMIT 1);
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'table tallies has no row of shard % to add to', mine;
END $$;

-- Locks the lines of numbers, in order, making rows for those that have none; gives those it made.
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

-- Makes rows for numbers that have none: for who looks for lines that nobody holds, and passes by the others.
-- Locks those it makes.
CREATE FUNCTION make_lines(keys text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing text[];
BEGIN
    missing := ARRAY (SELECT DISTINCT key COLLATE "C"
                      FROM unnest(keys) AS key
                      WHERE (SELECT 1 FROM phones WHERE exclusive_key = key LIMIT 1) IS NULL
                      ORDER BY 1);
    IF cardinality(missing) > 0 THEN
        INSERT INTO phones (exclusive_key)
        SELECT unnest(missing)
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Forgets locked numbers that nothing waits for, is in flight to or rests for: no call of theirs may be left
-- to do it. Whoever comes to wait for one makes its row again. Gives how many.
CREATE FUNCTION forget_lines(keys text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    forgotten bigint;
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
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;

-- The head of one free line: its best call becomes READY, in place of the head that goes after it. Gives
-- how many more are parked than before.
CREATE FUNCTION fix_line(line_key text, line_lane integer) RETURNS bigint LANGUAGE plpgsql AS $$
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

-- Parks the heads of locked numbers, number by number: it must never read the other heads. Gives how many.
CREATE FUNCTION park_heads(keys text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    heads bigint[];
BEGIN
    heads := ARRAY (SELECT head.seq
                    FROM unnest(keys) AS key
                    CROSS JOIN LATERAL (SELECT seq
                                        FROM waiting
                                        WHERE exclusive_key = key
                                          AND hold = 1
                                        OFFSET 0) AS head);
    IF cardinality(heads) > 0 THEN
        UPDATE waiting SET hold = 3 WHERE seq = ANY (heads);
    END IF;
    RETURN cardinality(heads);
END $$;

-- Puts the lines of locked numbers in order: a number in flight or resting has no head, a free one with
-- waiting calls has one in each lane. Looks at heads only, never along a line. Gives how many more are
-- parked than before.
CREATE FUNCTION fix_lines(keys text[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    parked bigint;
    key text;
    next_lane integer;
BEGIN
    parked := park_heads(ARRAY (SELECT named
                                FROM unnest(keys) AS named
                                WHERE (SELECT 1 FROM in_flight WHERE exclusive_key = named LIMIT 1)
                                      IS NOT NULL
                                   OR (SELECT 1 FROM resting WHERE exclusive_key = named LIMIT 1)
                                      IS NOT NULL));
    FOR key IN
        SELECT DISTINCT named
        FROM unnest(keys) AS named
        WHERE (SELECT 1 FROM in_flight WHERE exclusive_key = named LIMIT 1) IS NULL
          AND (SELECT 1 FROM resting WHERE exclusive_key = named LIMIT 1) IS NULL
          AND (SELECT 1 FROM waiting WHERE exclusive_key = named AND hold = 3 LIMIT 1) IS NOT NULL
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
    WITH put AS (
        INSERT INTO waiting (seq, due_at, not_after, lane, priority, hold, exclusive_key)
        SELECT seq, due_at, not_after, lane, priority,
               CASE
                   WHEN due_at > now_ms THEN 2
                   WHEN row_number() OVER (PARTITION BY exclusive_key, lane, due_at > now_ms
                                           ORDER BY priority DESC, due_at, seq) = 1
                        AND (SELECT 1
                             FROM in_flight
                             WHERE in_flight.exclusive_key = j.exclusive_key
                             LIMIT 1) IS NULL
                        AND (SELECT 1
                             FROM resting
                             WHERE resting.exclusive_key = j.exclusive_key
                             LIMIT 1) IS NULL
                        AND (SELECT 1
                             FROM waiting AS w
                             WHERE w.exclusive_key = j.exclusive_key AND w.lane = j.lane AND w.hold = 1
                             LIMIT 1) IS NULL
                        AND (SELECT 1
                             FROM waiting AS w
                             WHERE w.exclusive_key = j.exclusive_key AND w.lane = j.lane AND w.hold = 3
                             LIMIT 1) IS NULL
                   THEN 1
                   ELSE 3
               END,
               exclusive_key
        FROM unnest(joining) AS j
        RETURNING hold, exclusive_key
    )
    SELECT count(*), array_agg(DISTINCT put.exclusive_key) INTO parked, keys
    FROM put
    WHERE put.hold = 3;
    IF parked > 0 THEN
        parked := parked + fix_lines(keys);
    END IF;
    RETURN parked;
END $$;
