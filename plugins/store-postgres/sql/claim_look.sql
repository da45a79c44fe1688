-- Tells without any lock whether a claim has something to do: an idle claim writes nothing. $3 and $4 are
-- the marks and since_ms of claim_begin.
SELECT coalesce((SELECT lease_until FROM nodes WHERE node = $1 AND state = 1 AND lease_until > $2), 0),
       CASE
           WHEN cardinality($3::waiting[]) = 0 THEN EXISTS (SELECT 1 FROM waiting WHERE hold = 1 AND lane > 0)
           ELSE EXISTS (SELECT 1 FROM first_heads($3))
       END
           OR EXISTS (SELECT 1
                      FROM waiting
                      WHERE hold = 2 AND due_at > 0 AND due_at > $4 AND due_at <= $2)
           OR EXISTS (SELECT 1 FROM resting WHERE until > $4 AND until <= $2)
           OR EXISTS (SELECT 1 FROM waiting WHERE not_after > 0 AND not_after > $4 AND not_after <= $2),
       (SELECT count(*) FROM slots_in_use),
       coalesce(least((SELECT due_at
                       FROM waiting
                       WHERE hold = 2 AND due_at > 0 AND due_at > $4
                       ORDER BY due_at
                       LIMIT 1),
                      (SELECT until FROM resting WHERE until > $4 ORDER BY until LIMIT 1)), 0)
