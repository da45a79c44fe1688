-- Turns what may have been dialed unseen into UNKNOWN, and lets calls be handed out again.
SELECT unknown, doubtful
FROM recover($1::text, $2::boolean, $3::bigint)
