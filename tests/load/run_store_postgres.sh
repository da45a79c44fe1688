#!/usr/bin/env bash
# bench_store_postgres on a private server that is started for it and removed afterwards.
#
# Usage: run_store_postgres.sh [--pairs 7] [--figure NAME ...]     BUILD=DIR for another build than release
# Without --figure all but the long ones (backlog_5m, finished_10m, held_open: minutes, and 15 GB) run.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
server=$folder/server
trap '"$root/tests/postgres/server.sh" stop "$server"; rm -rf "$folder"' EXIT
"$root/tests/postgres/server.sh" start "$server"
"${BUILD:-$root/build/release}/tests/bench_store_postgres" "$server" "$@"
