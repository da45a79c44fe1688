-- Finds calls whose attempts are not the placements that count.
SELECT 'call ' || id || ' has ' || attempts || ' attempts but '
           || (SELECT coalesce(sum(counted), 0) FROM placements WHERE call_seq = seq)
           || ' placements that count'
FROM calls
WHERE attempts <> (SELECT coalesce(sum(counted), 0) FROM placements WHERE call_seq = seq)
