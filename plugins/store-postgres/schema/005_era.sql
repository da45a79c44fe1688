-- One row that no crash outlives: recovery empties an unlogged table. While it reads the same, the server has
-- forgotten no transaction and has given no transaction's number to another one.
CREATE UNLOGGED TABLE era (
    one integer PRIMARY KEY CHECK (one = 1),
    id uuid NOT NULL
);
