-- Numbers that may not be called yet: a call that may have rung them has ended. While a number is here its
-- calls are parked, as while it is in a call. The row goes when its time is over.
CREATE TABLE resting (
    exclusive_key TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resting_until ON resting (until);

-- Rules over all numbers.
CREATE TABLE number_rules (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    min_gap_ms INTEGER NOT NULL
);
INSERT INTO number_rules (only, min_gap_ms)
VALUES (1, 0);
