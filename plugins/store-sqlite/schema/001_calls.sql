-- The whole first schema. Columns are only ever appended: readers use SELECT * by position.

-- A lane is what decides, beside the number, whether a call can go now: the provider it is pinned to and
-- the further limits it counts against. All calls of a lane are open or closed together.
CREATE TABLE lanes (
    lane INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    cap_keys TEXT NOT NULL,
    UNIQUE (provider, cap_keys)
);

-- hold: 0 not PENDING, 1 READY (claimable now), 2 SCHEDULED (waits for due_at), 3 PARKED (waits for its
-- number).
CREATE TABLE calls (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    campaign TEXT NOT NULL,
    lane INTEGER NOT NULL REFERENCES lanes (lane),
    priority INTEGER NOT NULL,
    to_number TEXT NOT NULL,
    exclusive_key TEXT NOT NULL,
    script_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    status INTEGER NOT NULL,
    hold INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    placements INTEGER NOT NULL DEFAULT 0,
    undecided INTEGER NOT NULL DEFAULT 0,
    fixed_outcome INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    undecided_at INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    metadata_json TEXT NOT NULL
);

CREATE UNIQUE INDEX calls_by_idempotency_key ON calls (tenant, idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX calls_by_status ON calls (status);

-- The hot indexes hold only calls that wait; a finished call is in none of them.
CREATE INDEX calls_claimable ON calls (lane, priority DESC, due_at, seq) WHERE hold = 1;
CREATE UNIQUE INDEX calls_head ON calls (exclusive_key, lane) WHERE hold = 1;
CREATE INDEX calls_ready_since ON calls (due_at) WHERE hold = 1;
CREATE INDEX calls_scheduled ON calls (due_at) WHERE hold = 2;
CREATE INDEX calls_parked ON calls (exclusive_key, lane, priority DESC, due_at, seq) WHERE hold = 3;
CREATE INDEX calls_expiring ON calls (not_after) WHERE hold > 0 AND not_after > 0;
CREATE INDEX calls_undecided ON calls (undecided_at) WHERE undecided = 1;

-- state <= 3 is open: CLAIMED, PLACED, UNKNOWN.
CREATE TABLE placements (
    call_seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    exclusive_key TEXT NOT NULL,
    state INTEGER NOT NULL,
    outcome INTEGER NOT NULL DEFAULT 0,
    disposition INTEGER NOT NULL DEFAULT 0,
    error_class INTEGER NOT NULL DEFAULT 0,
    counted INTEGER NOT NULL,
    decision INTEGER NOT NULL DEFAULT 0,
    decisions_taken INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    contradictions INTEGER NOT NULL DEFAULT 0,
    claim INTEGER NOT NULL,
    provider TEXT NOT NULL,
    provider_call_id TEXT NOT NULL DEFAULT '',
    provider_state TEXT NOT NULL DEFAULT '',
    node TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    claimed_at INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    evidence_at INTEGER NOT NULL,
    ask_at INTEGER NOT NULL DEFAULT 0,
    duration_ms INTEGER NOT NULL DEFAULT -1,
    cost_micros INTEGER NOT NULL DEFAULT -1,
    cost_currency TEXT NOT NULL DEFAULT '',
    recording_url TEXT NOT NULL DEFAULT '',
    transcript_url TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (call_seq, number)
) WITHOUT ROWID;

-- The truth behind "one per phone": no code path can open two placements of one key.
CREATE UNIQUE INDEX placements_open_key ON placements (exclusive_key) WHERE state <= 3;
CREATE INDEX placements_open ON placements (provider, state) WHERE state <= 3;
CREATE INDEX placements_to_ask ON placements (ask_at) WHERE state <= 3 AND ask_at > 0;
CREATE INDEX placements_by_claim ON placements (claim);

-- One row for each further limit an open placement counts against.
CREATE TABLE placement_caps (
    cap_key TEXT NOT NULL,
    call_seq INTEGER NOT NULL,
    PRIMARY KEY (cap_key, call_seq)
) WITHOUT ROWID;

-- Which placement a provider's id belongs to. An empty provider stands for any.
CREATE TABLE mappings (
    provider_call_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    call_seq INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (provider_call_id, provider)
) WITHOUT ROWID;

-- Evidence for a provider's id that nobody knows yet.
CREATE TABLE kept (
    seq INTEGER PRIMARY KEY,
    kept_at INTEGER NOT NULL,
    provider TEXT NOT NULL,
    provider_call_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    disposition INTEGER NOT NULL,
    error_class INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL,
    cost_currency TEXT NOT NULL,
    recording_url TEXT NOT NULL,
    transcript_url TEXT NOT NULL,
    provider_state TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX kept_by_provider_call_id ON kept (provider_call_id);
CREATE INDEX kept_by_age ON kept (kept_at);

CREATE TABLE seen_evidence (
    dedup_key TEXT NOT NULL,
    provider TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (dedup_key, provider)
) WITHOUT ROWID;

-- The history of a call. That it was enqueued is said by its row in calls.
CREATE TABLE entries (
    call_seq INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    placement INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    status INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    at INTEGER NOT NULL,
    provider_call_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (call_seq, entry)
) WITHOUT ROWID;

-- AUTOINCREMENT: a sequence is never used twice.
CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    call_seq INTEGER NOT NULL,
    status INTEGER NOT NULL,
    at INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_owed ON outbox (sequence) WHERE acknowledged = 0;
CREATE INDEX outbox_by_call ON outbox (call_seq);

-- level_micro: millionths of a token, at refilled_at.
CREATE TABLE limits (
    key TEXT PRIMARY KEY,
    max_in_flight INTEGER NOT NULL DEFAULT -1,
    grants_per_1000s INTEGER NOT NULL DEFAULT -1,
    burst INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    blocked_until INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    level_micro INTEGER NOT NULL DEFAULT 0,
    refilled_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- state: 1 alive, 2 ended in order, 3 dead and looked after.
CREATE TABLE nodes (
    node TEXT PRIMARY KEY,
    state INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    config_digest TEXT NOT NULL,
    about TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX nodes_to_look_after ON nodes (state, lease_until) WHERE state < 3;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Statistics for people, kept as deltas of the transactions. Admission never reads them.
CREATE TABLE tallies (
    tally INTEGER PRIMARY KEY,
    value INTEGER NOT NULL
);
INSERT INTO tallies (tally, value)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0);

-- The highest time any transaction has seen: the clock never starts below it. touches makes a look at the
-- store's health a real write: SQLite leaves out a page whose bytes stay the same.
CREATE TABLE clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    floor INTEGER NOT NULL,
    touches INTEGER NOT NULL
);
INSERT INTO clock (only, floor, touches)
VALUES (1, 0, 0);
