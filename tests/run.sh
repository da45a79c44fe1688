#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. The one command behind the README and CI.
#
# Usage: tests/run.sh [PART...]
#   release  the optimised build and all tests
#   asan     unit, ABI, conformance, simulation, HTTP and preset tests under AddressSanitizer and UBSan
#   tsan     unit, HTTP and preset tests and the label "threads" of the conformance under ThreadSanitizer; what
#            has the label "pure" has no threads
# Without a PART all three run, 35 to 45 minutes on two cores, by the disk; release alone takes 22. The last
# line counts over all parts: "N passed, N failed, N skipped". Exit code 0 only when every part was built and
# nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."

# Sanitized processes run several times slower: what tests speed or kills processes by the clock
# belongs to the release part. A sanitizer part builds only what its labels run (tests-asan, tests-tsan).
labels() {
    case "$1" in
        release) echo "" ;;
        asan) echo "^(unit|pure|abi|conformance|simulation|http|presets)$" ;;
        tsan) echo "^(unit|threads|http|presets)$" ;;
        *) echo "unknown part: $1 (release, asan, tsan)" >&2; return 2 ;;
    esac
}
target() {
    case "$1" in
        release) echo all ;;
        *) echo "tests-$1" ;;
    esac
}

parts=("$@")
if [ "${#parts[@]}" -eq 0 ]; then
    parts=(release asan tsan)
fi
for part in "${parts[@]}"; do
    labels "$part" >/dev/null
done
jobs=$(nproc)
# Most tests that take long wait: for leases, for phones, for the disk.
test_jobs=$((jobs * 2))
passed=0
failed=0
skipped=0
incomplete=()

# build PART: quiet where it has nothing to say.
build() {
    local log
    log=$(mktemp)
    cmake --preset "$1" -Wno-dev >"$log" 2>&1 || { cat "$log"; rm -f "$log"; return 1; }
    rm -f "$log"
    cmake --build --preset "$1" -j "$jobs" --target "$(target "$1")"
}

# number NAME FILE: an attribute of the whole run in CTest's JUnit file.
number() {
    grep -o -m1 "[[:space:]]$1=\"[0-9]*\"" "$2" | head -1 | tr -dc '0-9'
}

# run PART: its tests, counted.
run() {
    local only report="build/$1/tests.xml" all failures idle code=0
    only=$(labels "$1")
    rm -f "$report"
    ctest --test-dir "build/$1" -j "$test_jobs" --output-on-failure --no-tests=error \
        --output-junit "$PWD/$report" ${only:+-L "$only"} || code=$?
    [ -s "$report" ] || return 1
    all=$(number tests "$report")
    failures=$(number failures "$report")
    idle=$(($(number skipped "$report") + $(number disabled "$report")))
    failed=$((failed + failures))
    skipped=$((skipped + idle))
    passed=$((passed + all - failures - idle))
    # A test whose program was not built is no failure to CTest's report, but it is to its exit code.
    [ "$all" -gt 0 ] && { [ "$code" -eq 0 ] || [ "$failures" -gt 0 ]; }
}

bash core/cmake/install-packages.sh test

for part in "${parts[@]}"; do
    echo "== $part: build"
    build "$part" || { incomplete+=("$part was not built"); continue; }
    echo "== $part: test"
    run "$part" || incomplete+=("$part did not run all its tests")
done

for reason in "${incomplete[@]}"; do
    echo "== $reason"
done
echo "$passed passed, $failed failed, $skipped skipped (${parts[*]})"
[ "$failed" -eq 0 ] && [ "${#incomplete[@]}" -eq 0 ]
