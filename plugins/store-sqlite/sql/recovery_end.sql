-- Lets calls be handed out again; those due by then are asked about first unless the time is 0.
UPDATE recovery
SET stopped = '',
    doubt_at = max(doubt_at, ?1)
