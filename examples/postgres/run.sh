#!/usr/bin/env bash
# The same as compose.yaml, here and without Docker: a PostgreSQL in a temporary folder, two nodes on free
# ports, forty calls to ten numbers through both. Usage: run.sh [path of the ebra binary]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ebra=$(realpath "${1:-$here/../../build/release/bin/ebra}")
database=$here/../../tests/postgres/server.sh
calls=40

folder=$(mktemp -d)
nodes=()
stop() {
    for node in "${nodes[@]}"; do kill "$node" 2>/dev/null || true; done
    for node in "${nodes[@]}"; do wait "$node" 2>/dev/null || true; done
    "$database" stop "$folder/server"
    rm -rf "$folder"
}
trap stop EXIT

"$database" start "$folder/server"
{ read -r _; read -r host; read -r port; } <"$folder/server"
export DB_HOST=$host DB_PORT=$port DB_USER=ebra DB_NAME=postgres
sed 's/127.0.0.1:3000/127.0.0.1:0/' "$here/ebra.toml" >"$folder/ebra.toml"

# Starts a node and waits until it has said where it listens.
start_node() {
    (cd "$folder" && exec "$ebra" serve --config "$folder/ebra.toml") >"$folder/$1.out" 2>&1 &
    nodes+=($!)
    for _ in $(seq 300); do
        url=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/$1.out" | head -1 || true)
        if [ -n "$url" ]; then return; fi
        kill -0 "${nodes[-1]}" 2>/dev/null || break
        read -rt 0.1 <> <(:) || true
    done
    cat "$folder/$1.out" >&2
    exit 1
}
start_node first
first=$url
start_node second
second=$url

for i in $(seq "$calls"); do
    if [ $((i % 2)) -eq 0 ]; then node=$first; else node=$second; fi
    curl -sf -o "$folder/answer" -H 'Content-Type: application/json' \
        -d "{\"to\": \"+1202555010$((i % 10))\", \"scriptId\": \"hello\"}" "$node/calls"
done

# Whichever node is asked, the answer is that of the one database.
for _ in $(seq 300); do
    completed=$(curl -sf "$first/metrics" | grep -o '"COMPLETED": *[0-9]*' | grep -o '[0-9]*$' || echo 0)
    if [ "$completed" -eq "$calls" ]; then break; fi
    read -rt 0.1 <> <(:) || true
done
echo "two nodes, one database: $completed of $calls calls completed"
[ "$completed" -eq "$calls" ]
