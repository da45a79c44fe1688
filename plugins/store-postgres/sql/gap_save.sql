-- Sets how long a number is left alone after a call.
UPDATE number_rules
SET min_gap_ms = $1
