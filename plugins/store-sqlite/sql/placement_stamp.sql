-- Gives a placement a new claim token: whoever held the old one can decide nothing any more.
UPDATE placements
SET claim = ?3
WHERE call_seq = ?1
  AND number = ?2
