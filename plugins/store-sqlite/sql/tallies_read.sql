-- Reads all statistics.
SELECT tally, value
FROM tallies
