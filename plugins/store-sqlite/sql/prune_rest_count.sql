-- Counts old keys of evidence, evidence whose call never came, and nodes long dead.
SELECT (SELECT count(*) FROM seen_evidence WHERE seen_at < ?1)
           + (SELECT count(*) FROM kept WHERE kept_at < ?1),
       (SELECT count(*) FROM nodes WHERE state = 3 AND lease_until < ?1)
