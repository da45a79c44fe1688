-- Forgets one piece of kept evidence: it was applied.
DELETE FROM kept
WHERE seq = ?1
