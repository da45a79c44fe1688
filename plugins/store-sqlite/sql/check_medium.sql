-- Reads the whole file and tells what is damaged; one row "ok" when nothing is.
PRAGMA integrity_check
