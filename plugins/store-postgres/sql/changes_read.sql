-- Tells how often work may have been made.
SELECT sum(changes)
FROM tallies_now
