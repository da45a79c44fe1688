#!/usr/bin/env bash
# The loss test in its long form, on each store: answers lost after dialing, webhooks lost, doubled and
# out of order, nodes killed with -9. Builds what it needs first; PostgreSQL is a private one.
#
# Usage: tests/providers/loss.sh [--calls N] [--seed S] [STORE...]
#   tests/providers/loss.sh                         10,000 calls on sqlite and on postgres
#   tests/providers/loss.sh --calls 50000 --seed 3 postgres
set -euo pipefail
cd "$(dirname "$0")/../.."
calls=10000
seed=11
stores=()
while [ "$#" -gt 0 ]; do
    case "$1" in
        --calls) calls=$2; shift 2 ;;
        --seed) seed=$2; shift 2 ;;
        sqlite | postgres) stores+=("$1"); shift ;;
        *) sed -n '2,8p' "$0" >&2; exit 2 ;;
    esac
done
[ "${#stores[@]}" -gt 0 ] || stores=(sqlite postgres)

bash core/cmake/install-packages.sh test
cmake --preset release -Wno-dev >/dev/null
cmake --build --preset release --target provider_http_nodes_test >/dev/null
folder=$(mktemp -d)
export EBRA_TEST_POSTGRES="$folder/server" EBRA_LOSS_CALLS=$calls EBRA_LOSS_SEED=$seed
tests/postgres/server.sh start "$EBRA_TEST_POSTGRES"
trap 'tests/postgres/server.sh stop "$EBRA_TEST_POSTGRES"; rm -rf "$folder"' EXIT
for store in "${stores[@]}"; do
    build/release/tests/provider_http_nodes_test --gtest_filter="*HttpLoss*/$store"
done
