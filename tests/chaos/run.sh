#!/usr/bin/env bash
# The proofs with real processes: kills, freezes, lost answers, caps, blocked heads, soak. Long forms;
# the tests run the short ones. Builds what it needs first.
#
# Usage: tests/chaos/run.sh [SCENARIO...] [--seed S] [--runs N] [--minutes M] [--short] [--store postgres]
#   tests/chaos/run.sh kills freezes --runs 10
#   tests/chaos/run.sh soak --minutes 30
#   tests/chaos/run.sh --minutes 60 --seed 7        everything but the soak, again and again
#   tests/chaos/run.sh --store postgres --minutes 60 --seed 7
#                                                   the same on a private PostgreSQL, and the storm: 10,000
#                                                   calls, nodes killed and frozen, the server crashed and away
set -euo pipefail
cd "$(dirname "$0")/../.."
bash core/cmake/install-packages.sh test
cmake --preset release -Wno-dev >/dev/null
cmake --build --preset release --target ebra ebra-faulty ebra-ledger ebra-load store-sqlite store-postgres provider-sim >/dev/null
exec python3 tests/chaos/chaos.py "$@"
