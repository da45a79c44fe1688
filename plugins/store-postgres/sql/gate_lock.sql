-- Takes the cap lock. A statement of its own: what is counted after it sees all that its last holder did.
SELECT 1
FROM gate
FOR UPDATE
