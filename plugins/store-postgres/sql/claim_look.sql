-- Tells without any lock whether a claim has something to do: an idle claim writes nothing.
SELECT coalesce((SELECT lease_until FROM nodes WHERE node = $1 AND state = 1 AND lease_until > $2), 0),
       EXISTS (SELECT 1 FROM waiting WHERE hold = 1 AND lane > 0)
           OR EXISTS (SELECT 1 FROM waiting WHERE hold = 2 AND due_at > 0 AND due_at <= $2)
           OR EXISTS (SELECT 1 FROM resting WHERE until <= $2)
           OR EXISTS (SELECT 1 FROM waiting WHERE not_after > 0 AND not_after <= $2),
       (SELECT count(*) FROM in_flight),
       coalesce(least((SELECT due_at FROM waiting WHERE hold = 2 AND due_at > 0 ORDER BY due_at LIMIT 1),
                      (SELECT until FROM resting ORDER BY until LIMIT 1)), 0)
