-- Owes the client an event, in the transaction that makes the call terminal.
INSERT INTO outbox (call_seq, status, at)
VALUES (?1, ?2, ?3)
