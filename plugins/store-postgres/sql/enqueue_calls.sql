-- Stores calls as PENDING in lines that it locks first; what is known already is left out.
SELECT stored_id, stored_seq
FROM enqueue_calls($1::calls[], $2::bigint)
