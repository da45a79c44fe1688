-- Makes a lane; its meaning never changes afterwards.
INSERT INTO lanes (provider, cap_keys)
VALUES (?1, ?2)
