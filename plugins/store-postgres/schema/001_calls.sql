-- The whole first schema. Readers use SELECT * by position, and writers pass rows of these types: rows.cpp
-- has the same order.
--
-- Who changes a call, its placements or its place in the line holds the row of its number in `phones`. What
-- is written at every step of a call (calls, placements) has no index on a column that changes, so that its
-- updates stay within the page (HOT); what is looked for by state lives in narrow tables of its own
-- (waiting, in_flight) whose rows go away with the state, so that finished calls weigh nothing.
--
-- The order of columns is one of bytes: numbers before texts, so that nothing is padded, and what a step
-- changes side by side, as an update writes down all from the first column that changed to the last.

CREATE TYPE call_status AS ENUM ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED');

-- A lane is what decides, beside the number, whether a call can go now: the provider it is pinned to and
-- the further limits it counts against. All calls of a lane are open or closed together.
CREATE TABLE lanes (
    lane integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text NOT NULL,
    cap_keys text NOT NULL,
    UNIQUE (provider, cap_keys)
);

-- One row for each number: the lock of its line. Never updated. Unlogged, as a lock need not outlive a crash:
-- to take one then costs no WAL. A crash empties it, and a number without a row gets one when it is needed.
CREATE UNLOGGED TABLE phones (
    exclusive_key text COLLATE "C" PRIMARY KEY
);

-- fillfactor: a claim rewrites all rows of a page at once, and each finds room beside its old self: a row
-- that leaves its page costs an entry in each index.
CREATE TABLE calls (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at bigint NOT NULL,
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    lane integer NOT NULL,
    priority integer NOT NULL,
    status call_status NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    placements integer NOT NULL DEFAULT 0,
    fixed_outcome smallint NOT NULL DEFAULT 0,
    undecided boolean NOT NULL DEFAULT false,
    updated_at bigint NOT NULL,
    started_at bigint NOT NULL DEFAULT 0,
    ended_at bigint NOT NULL DEFAULT 0,
    next_run_at bigint NOT NULL,
    undecided_at bigint NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    id text COLLATE "C" NOT NULL UNIQUE,
    tenant text COLLATE "C" NOT NULL,
    campaign text NOT NULL,
    to_phone text NOT NULL,
    exclusive_key text COLLATE "C" NOT NULL,
    script_id text NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    request_digest text NOT NULL,
    metadata text NOT NULL
) WITH (fillfactor = 48, autovacuum_vacuum_scale_factor = 0.05);

CREATE UNIQUE INDEX calls_by_idempotency_key ON calls (tenant, idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX calls_undecided ON calls (undecided_at) WHERE undecided;

-- Calls that are PENDING. hold: 1 READY (claimable now), 2 SCHEDULED (waits for due_at), 3 PARKED (waits for
-- its number). Rows come and go with the work: vacuumed after each few thousand, at full speed, as dead rows
-- at the head of waiting_claimable are what a claim would pay for.
CREATE TABLE waiting (
    seq bigint PRIMARY KEY,
    due_at bigint NOT NULL,
    not_after bigint NOT NULL,
    lane integer NOT NULL,
    priority integer NOT NULL,
    hold smallint NOT NULL,
    exclusive_key text COLLATE "C" NOT NULL
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0);

-- "lane > 0" and "due_at > 0" hold for every row. Only what says so may use these two: a probe for one number
-- must not be planned on them while tables are new, as it would then read all that is READY or SCHEDULED.
CREATE INDEX waiting_claimable ON waiting (lane, priority DESC, due_at, seq) WHERE hold = 1 AND lane > 0;
CREATE UNIQUE INDEX waiting_head ON waiting (exclusive_key, lane) WHERE hold = 1;
CREATE INDEX waiting_parked ON waiting (exclusive_key, lane, priority DESC, due_at, seq) WHERE hold = 3;
CREATE INDEX waiting_due ON waiting (due_at) WHERE hold = 2 AND due_at > 0;
CREATE INDEX waiting_expiring ON waiting (not_after) WHERE not_after > 0;

-- claimed_entry, accepted_entry: the places in the call's history of its claim and of its acceptance, which
-- this row tells; 0 = a row of entries tells it, or nothing does.
CREATE TABLE placements (
    call_seq bigint NOT NULL,
    claim bigint NOT NULL,
    claimed_at bigint NOT NULL,
    claimed_entry bigint NOT NULL DEFAULT 0,
    duration_ms bigint NOT NULL DEFAULT -1,
    cost_micros bigint NOT NULL DEFAULT -1,
    number integer NOT NULL,
    contradictions integer NOT NULL DEFAULT 0,
    decisions_taken integer NOT NULL DEFAULT 0,
    asked integer NOT NULL DEFAULT 0,
    decision smallint NOT NULL DEFAULT 0,
    error_class smallint NOT NULL DEFAULT 0,
    disposition smallint NOT NULL DEFAULT 0,
    counted boolean NOT NULL,
    state smallint NOT NULL,
    outcome smallint NOT NULL DEFAULT 0,
    ended_at bigint NOT NULL DEFAULT 0,
    evidence_at bigint NOT NULL,
    ask_at bigint NOT NULL DEFAULT 0,
    accepted_at bigint NOT NULL DEFAULT 0,
    accepted_entry bigint NOT NULL DEFAULT 0,
    provider_call_id text NOT NULL DEFAULT '',
    provider_state text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    cost_currency text NOT NULL DEFAULT '',
    recording_url text NOT NULL DEFAULT '',
    transcript_url text NOT NULL DEFAULT '',
    provider text NOT NULL,
    node text COLLATE "C" NOT NULL,
    exclusive_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (call_seq, number)
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX placements_by_claim ON placements (claim);

-- The open placements: one row for each slot in use. Its key is the truth behind "one per phone": no code
-- path can open two placements of one number. Slots are numbered as they are taken, under the cap lock, so
-- none that is taken later has a lower number than one that was seen under it.
CREATE TABLE in_flight (
    call_seq bigint NOT NULL,
    slot bigint GENERATED ALWAYS AS IDENTITY,
    ask_at bigint NOT NULL DEFAULT 0,
    number integer NOT NULL,
    exclusive_key text COLLATE "C" PRIMARY KEY,
    provider text COLLATE "C" NOT NULL,
    node text COLLATE "C" NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0);

CREATE INDEX in_flight_to_ask ON in_flight (ask_at) WHERE ask_at > 0;
CREATE UNIQUE INDEX in_flight_by_slot ON in_flight (slot);

-- Spans of numbers that every slot in use lies in, the last of them open, so that counting passes by the rows
-- of slots that were given back: while an old transaction is open they cannot be cleaned away. Moved forward
-- under the cap lock by raise_spans. The row with the highest open_from counts; it is found from that end, as
-- its forerunners cannot be cleaned away either.
CREATE TABLE slot_spans (
    open_from bigint PRIMARY KEY,
    firsts bigint[] NOT NULL,
    lasts bigint[] NOT NULL
);
INSERT INTO slot_spans (open_from, firsts, lasts)
VALUES (0, ARRAY [0], ARRAY [9223372036854775807]);

CREATE VIEW spans_in_use AS
SELECT unnest(firsts) AS first_slot, unnest(lasts) AS last_slot
FROM (SELECT firsts, lasts FROM slot_spans ORDER BY open_from DESC LIMIT 1) AS newest;

-- OFFSET 0: read span by span, never the whole table to be joined.
CREATE VIEW slots_in_use AS
SELECT used.slot, used.provider, used.call_seq, used.number
FROM spans_in_use
CROSS JOIN LATERAL (SELECT slot, provider, call_seq, number
                    FROM in_flight
                    WHERE slot BETWEEN first_slot AND last_slot
                    OFFSET 0) AS used;

-- Numbers that may not be called yet: a call that may have rung them has ended. While a number is here its
-- calls are parked, as while it is in flight. The row goes when its time is over.
CREATE TABLE resting (
    exclusive_key text COLLATE "C" PRIMARY KEY,
    until bigint NOT NULL
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0);

CREATE INDEX resting_until ON resting (until);

-- Rules over all numbers.
CREATE TABLE number_rules (
    one integer PRIMARY KEY CHECK (one = 1),
    min_gap_ms bigint NOT NULL
);
INSERT INTO number_rules (one, min_gap_ms)
VALUES (1, 0);

-- One row for each further limit an open placement counts against, under the number of its slot.
CREATE TABLE placement_caps (
    cap_key text COLLATE "C" NOT NULL,
    call_seq bigint NOT NULL,
    slot bigint NOT NULL,
    PRIMARY KEY (cap_key, slot)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- Which placement a provider's id belongs to. An empty provider stands for any.
CREATE TABLE provider_calls (
    call_seq bigint NOT NULL,
    number integer NOT NULL,
    provider_call_id text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    PRIMARY KEY (provider_call_id, provider)
);

-- Evidence for a provider's id that nobody knows yet.
CREATE TABLE kept (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kept_at bigint NOT NULL,
    provider text COLLATE "C" NOT NULL,
    provider_call_id text COLLATE "C" NOT NULL,
    step integer NOT NULL,
    flags bigint NOT NULL,
    outcome integer NOT NULL,
    disposition integer NOT NULL,
    error_class integer NOT NULL,
    occurred_at bigint NOT NULL,
    due_at bigint NOT NULL,
    duration_ms bigint NOT NULL,
    cost_micros bigint NOT NULL,
    cost_currency text NOT NULL,
    recording_url text NOT NULL,
    transcript_url text NOT NULL,
    provider_state text NOT NULL,
    reason text NOT NULL
);
CREATE INDEX kept_by_provider_call_id ON kept (provider_call_id);
CREATE INDEX kept_by_age ON kept (kept_at);

CREATE TABLE seen_evidence (
    dedup_key text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    seen_at bigint NOT NULL,
    PRIMARY KEY (dedup_key, provider)
);

-- The history of a call, but for what its rows in calls and placements tell.
CREATE TABLE entries (
    entry bigint GENERATED ALWAYS AS IDENTITY,
    call_seq bigint NOT NULL,
    at bigint NOT NULL,
    placement integer NOT NULL,
    kind smallint NOT NULL,
    status smallint NOT NULL,
    outcome smallint NOT NULL,
    applied boolean NOT NULL,
    provider_call_id text NOT NULL,
    detail text NOT NULL
) WITH (fillfactor = 100);
CREATE INDEX entries_of_call ON entries (call_seq, entry);

-- One event for each call that is over; also the index of finished calls by status.
CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    call_seq bigint NOT NULL,
    at bigint NOT NULL,
    status smallint NOT NULL,
    acknowledged boolean NOT NULL DEFAULT false
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX outbox_owed ON outbox (sequence) WHERE NOT acknowledged;
CREATE UNIQUE INDEX outbox_by_status ON outbox (status, call_seq);

-- level_micro: millionths of a token, at refilled_at.
CREATE TABLE limits (
    key text COLLATE "C" PRIMARY KEY,
    max_in_flight bigint NOT NULL DEFAULT -1,
    grants_per_1000s bigint NOT NULL DEFAULT -1,
    burst bigint NOT NULL DEFAULT 0,
    paused boolean NOT NULL DEFAULT false,
    blocked_until bigint NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT '',
    level_micro bigint NOT NULL DEFAULT 0,
    refilled_at bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The cap lock: whoever claims or changes a limit locks this row first, in a statement of its own.
CREATE TABLE gate (
    one integer PRIMARY KEY CHECK (one = 1)
) WITH (fillfactor = 50);
INSERT INTO gate (one)
VALUES (1);

-- state: 1 alive, 2 ended in order, 3 dead and looked after.
CREATE TABLE nodes (
    node text COLLATE "C" PRIMARY KEY,
    state integer NOT NULL,
    lease_until bigint NOT NULL,
    config_digest text NOT NULL,
    about text NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX nodes_to_look_after ON nodes (state) WHERE state < 3;

-- Values are bytes: a secret need not be text.
CREATE TABLE settings (
    key text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- Statistics for people, kept as deltas of the transactions and spread over rows so that transactions do not
-- wait for each other. Admission never reads them. changes: raised by each commit that may have made work.
-- place: raised each fifty updates, so that the one row of a shard is found at the end of its places and not
-- behind all that it was while an old transaction is open; between, updates stay within the page.
CREATE TABLE tallies (
    shard integer NOT NULL,
    pending bigint NOT NULL DEFAULT 0,
    in_progress bigint NOT NULL DEFAULT 0,
    completed bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    canceled bigint NOT NULL DEFAULT 0,
    expired bigint NOT NULL DEFAULT 0,
    parked bigint NOT NULL DEFAULT 0,
    kept bigint NOT NULL DEFAULT 0,
    owed bigint NOT NULL DEFAULT 0,
    contradictions bigint NOT NULL DEFAULT 0,
    changes bigint NOT NULL DEFAULT 0,
    updates bigint NOT NULL DEFAULT 0,
    place bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, place)
) WITH (fillfactor = 10);
CREATE VIEW tallies_now AS
SELECT newest.*
FROM generate_series(0, 31) AS shards (number)
CROSS JOIN LATERAL (SELECT * FROM tallies WHERE shard = shards.number ORDER BY place DESC LIMIT 1) AS newest;
INSERT INTO tallies (shard)
SELECT generate_series(0, 31);

-- The highest time any node has seen: the store's clock never starts below it.
CREATE TABLE clock (
    one integer PRIMARY KEY CHECK (one = 1),
    floor bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO clock (one, floor)
VALUES (1, 0);
