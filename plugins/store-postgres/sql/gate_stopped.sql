-- Reads why nothing is handed out; empty when calls are.
SELECT stopped
FROM gate
