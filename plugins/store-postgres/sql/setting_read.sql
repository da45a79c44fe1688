-- Reads a setting.
SELECT encode(value, 'hex')
FROM settings
WHERE key = $1
