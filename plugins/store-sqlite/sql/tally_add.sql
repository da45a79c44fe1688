-- Adds a transaction's delta to a statistic.
UPDATE tallies
SET value = value + ?2
WHERE tally = ?1
