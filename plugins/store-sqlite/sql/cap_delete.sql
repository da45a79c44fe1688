-- Takes a closed placement of a call off a limit.
DELETE FROM placement_caps
WHERE cap_key = ?1
  AND call_seq = ?2
