-- Changes the texts of calls that are PENDING, under the locks of their old and new lines.
SELECT patch_calls($1::calls[], $2::bigint)
