#!/usr/bin/env bash
# The storms in their long form, each on a server of its own: 50,000 calls by 16 threads in 4 processes for
# each cap; then, seed after seed, 12,000 calls while server processes are ended and the server is crashed
# every 4 s. Builds what it needs first. Ends at the first storm that is not sound and names its seed.
#
# Usage: tests/postgres/run_storms.sh [--minutes M] [--seed S] [--calls N] [--crashes-only]
set -euo pipefail
cd "$(dirname "$0")/../.."

minutes=0 seed=1 calls=50000 with_caps=true
while [ $# -gt 0 ]; do
    case $1 in
    --minutes) minutes=$2 && shift 2 ;;
    --seed) seed=$2 && shift 2 ;;
    --calls) calls=$2 && shift 2 ;;
    --crashes-only) with_caps=false && shift ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done

bash core/cmake/install-packages.sh test
cmake --preset release -Wno-dev >/dev/null
cmake --build --preset release --target ebra-postgres-storm >/dev/null
storm=build/release/tests/ebra-postgres-storm
script=tests/postgres/server.sh
file=$(mktemp -u "${TMPDIR:-/tmp}/ebra-storms-XXXXXX")
until=$((SECONDS + minutes * 60))

if $with_caps; then
    "$script" start "$file"
    trap '"$script" stop "$file"' EXIT
    "$storm" "$file" --calls "$calls" --cap 1 7 30 200 --limit-s 3600 --seed "$seed"
    "$script" stop "$file"
    trap - EXIT
fi
while :; do
    tests/postgres/crash_storm.sh "$storm" "$file" --calls 12000 --cap 30 --terminate --limit-s 900 --seed "$seed"
    seed=$((seed + 1))
    if [ "$SECONDS" -ge "$until" ]; then break; fi
done
