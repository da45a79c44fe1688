#!/usr/bin/env bash
# The conformance suite through a pgbouncer of its own in transaction mode, which is stopped at the end.
# Usage: pooled.sh HOST PORT EBRA_CONFORMANCE PLUGIN PATTERN
set -euo pipefail
host=$1 port=$2 conformance=$3 plugin=$4 pattern=$5

folder=$(mktemp -d)
chmod 755 "$folder"
pooler=
trap 'if [ -n "$pooler" ]; then kill "$pooler"; wait "$pooler" || true; fi; rm -rf "$folder"' EXIT

as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    as_owner=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
fi
for _ in 1 2 3 4 5 6 7 8 9 10; do
    pooled_port=$((20000 + RANDOM % 12000))
    cat >"$folder/pgbouncer.ini" <<INI
[databases]
postgres = host=$host port=$port dbname=postgres user=ebra
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooled_port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 200
INI
    "${as_owner[@]}" "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" "$folder/pgbouncer.ini" >"$folder/log" 2>&1 &
    pooler=$!
    for _ in $(seq 50); do
        if ! kill -0 "$pooler" 2>/dev/null; then break; fi
        if (exec 3<>"/dev/tcp/127.0.0.1/$pooled_port") 2>/dev/null; then break 2; fi
        read -rt 0.1 <> <(:) || true
    done
    wait "$pooler" || true
    pooler=
done
if [ -z "$pooler" ]; then cat "$folder/log" >&2; exit 1; fi

"$conformance" "$plugin" --options "{\"host\": \"127.0.0.1\", \"port\": \"$pooled_port\", \"user\": \"ebra\",
    \"dbname\": \"postgres\", \"schema\": \"\${UNIQUE}\", \"pooler\": \"transaction\"}" --only "$pattern"
