-- What goes before the next claim when the file may have lost commits (a backup was put in its place).
--
-- stopped: why nothing is handed out, for people; empty = calls are handed out. doubt_at: a call that was due
-- by then may have been dialed by a claim that is forgotten; 0 = none.
CREATE TABLE recovery (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    stopped TEXT NOT NULL,
    doubt_at INTEGER NOT NULL
);
INSERT INTO recovery (only, stopped, doubt_at)
VALUES (1, '', 0);
