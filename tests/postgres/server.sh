#!/usr/bin/env bash
# A private PostgreSQL for tests: loopback and a socket in its own folder, on a free port, never as root.
#
# Usage: server.sh start FILE     starts one; FILE gets its folder, socket folder and port, one a line
#        server.sh down FILE      stops it as a power cut would (immediate)
#        server.sh up FILE        starts it again, same port
#        server.sh crash FILE     down and up at once
#        server.sh stop FILE      stops it and removes all
#        server.sh run FILE COMMAND...   runs COMMAND with {HOST} and {PORT} in its words filled in
set -euo pipefail

verb=$1
file=$2
shift 2

find_binaries() {
    local folder
    for folder in "${EBRA_POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /)")"; do
        if [ -n "$folder" ] && [ -x "$folder/initdb" ]; then
            echo "$folder"
            return
        fi
    done
    echo "no PostgreSQL server is installed: run core/cmake/install-packages.sh test" >&2
    exit 1
}

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups "$@"
    else
        setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@"
    fi
}

control() { (cd "$folder" && as_owner "$binaries/pg_ctl" -D "$folder/data" -s "$@" 3>&- 4>&-); }

read_file() {
    { read -r folder; read -r socket; read -r port; } <"$file"
}

start_at() {
    control -w -t 60 -l "$folder/log" \
        -o "-p $1 -k $socket -c listen_addresses=127.0.0.1 ${EBRA_POSTGRES_SETTINGS:-}" start >/dev/null 2>&1
}

start() {
    binaries=$(find_binaries)
    if [ -e "$file" ]; then "$0" stop "$file"; fi
    folder=$(mktemp -d "${TMPDIR:-/tmp}/ebra-postgres-XXXXXX")
    chmod 755 "$folder"
    if [ "$(id -u)" -eq 0 ]; then chown "$(as_owner id -u)" "$folder"; fi
    socket=$folder
    (cd "$folder" && as_owner "$binaries/initdb" -D "$folder/data" --no-sync -U ebra -A trust -E UTF8 --no-locale \
        >"$folder/initdb.log" 2>&1) || { cat "$folder/initdb.log" >&2; exit 1; }
    echo "max_connections = 300" >>"$folder/data/postgresql.conf"
    local try
    for try in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        if start_at "$port"; then
            printf '%s\n%s\n%s\n' "$folder" "$socket" "$port" >"$file"
            return
        fi
    done
    cat "$folder/log" >&2
    exit 1
}

case $verb in
start)
    start
    ;;
down)
    binaries=$(find_binaries)
    read_file
    control -m immediate -w stop
    ;;
up)
    binaries=$(find_binaries)
    read_file
    start_at "$port"
    ;;
crash)
    "$0" down "$file"
    "$0" up "$file"
    ;;
stop)
    [ -e "$file" ] || exit 0
    binaries=$(find_binaries)
    read_file
    control -m immediate -w stop || true
    rm -rf "$folder" "$file"
    ;;
run)
    read_file
    words=()
    for word in "$@"; do
        word=${word//'{HOST}'/$socket}
        words+=("${word//'{PORT}'/$port}")
    done
    exec "${words[@]}"
    ;;
*)
    echo "server.sh: start, down, up, crash, stop or run" >&2
    exit 2
    ;;
esac
