-- Forgets the oldest keys of evidence.
DELETE FROM seen_evidence
WHERE (dedup_key, provider) IN (SELECT dedup_key, provider
                                FROM seen_evidence INDEXED BY seen_evidence_by_age
                                WHERE seen_at < ?1
                                ORDER BY seen_at
                                LIMIT ?2)
