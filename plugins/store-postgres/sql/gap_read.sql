-- Reads how long a number is left alone after a call.
SELECT min_gap_ms
FROM number_rules
