-- Replaces what a client may change, only while the call is PENDING.
UPDATE calls
SET to_number = ?2,
    exclusive_key = ?3,
    script_id = ?4,
    metadata_json = ?5,
    hold = ?6,
    updated_at = ?7
WHERE seq = ?1
  AND status = 1
