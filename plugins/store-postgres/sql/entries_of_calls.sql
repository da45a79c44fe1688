-- Reads the history of calls: what its rows tell, and what the placements tell of their claim and acceptance.
SELECT call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail
FROM (SELECT entry, call_seq, placement, kind, status, outcome, applied, at, provider_call_id, detail
      FROM entries
      WHERE call_seq = ANY ($1::bigint[])
      UNION ALL
      SELECT claimed_entry, call_seq, number, 66, 2, 0, true, claimed_at, '', provider
      FROM placements
      WHERE call_seq = ANY ($1::bigint[])
        AND claimed_entry <> 0
      UNION ALL
      SELECT accepted_entry, call_seq, number, 1, 2, 0, true, accepted_at, provider_call_id, ''
      FROM placements
      WHERE call_seq = ANY ($1::bigint[])
        AND accepted_entry <> 0) AS told
ORDER BY entry
