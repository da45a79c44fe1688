#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. The one command behind the README and CI.
#
# Usage: tests/run.sh [PART...]
#   release  the optimised build and all tests (the default runs all three parts)
#   asan     unit, ABI, conformance and simulation tests under AddressSanitizer and UBSan
#   tsan     the tests with threads under ThreadSanitizer
set -euo pipefail
cd "$(dirname "$0")/.."

parts=("$@")
if [ "${#parts[@]}" -eq 0 ]; then
    parts=(release asan tsan)
fi
jobs=$(nproc)

# Sanitized processes run several times slower: what tests speed or kills processes by the clock
# belongs to the release part.
labels() {
    case "$1" in
        release) echo "" ;;
        asan) echo "unit|abi|conformance|simulation|http" ;;
        tsan) echo "unit|conformance|threads|http" ;;
        *) echo "unknown part: $1 (release, asan, tsan)" >&2; exit 2 ;;
    esac
}

bash core/cmake/install-packages.sh test

for part in "${parts[@]}"; do
    only=$(labels "$part")
    echo "== $part: build"
    cmake --preset "$part" -Wno-dev >"/tmp/ebra-configure-$$.log" || { cat "/tmp/ebra-configure-$$.log"; exit 1; }
    rm -f "/tmp/ebra-configure-$$.log"
    cmake --build --preset "$part" -j "$jobs"
    echo "== $part: test"
    ctest --test-dir "build/$part" -j "$jobs" --output-on-failure --no-tests=error ${only:+-L "$only"}
done
