-- Finds calls whose attempts are not the placements that count.
SELECT 'call ' || id || ' has ' || attempts || ' attempts but ' || coalesce(counting.made, 0)
           || ' placements that count'
FROM calls
LEFT JOIN (SELECT call_seq, count(*) FILTER (WHERE counted) AS made
           FROM placements
           GROUP BY call_seq) AS counting
    ON counting.call_seq = calls.seq
WHERE attempts <> coalesce(counting.made, 0)
