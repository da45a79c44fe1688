-- Retention removes keys of evidence by their age.
CREATE INDEX seen_evidence_by_age ON seen_evidence (seen_at);
