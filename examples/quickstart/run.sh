#!/usr/bin/env bash
# Builds Ebra and shows it at work: 200 calls on SQLite and the simulator, in a temporary folder.
#
# Usage: examples/quickstart/run.sh [--stay] [--build-dir DIR]
#   --stay           leave the server running afterwards, with commands to try
#   --build-dir DIR  use this build as it is; install and build nothing
#
# Ends with 1 when anything is not as it should be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$here/report.sh"

calls=200
cap=30                # as in ebra.toml
start_seconds_max=20
calls_seconds_max=90  # some ten seconds on an idle machine

stay=false
build=""
while [ $# -gt 0 ]; do
    case "$1" in
        --stay) stay=true ;;
        --build-dir) build=${2:?--build-dir needs a folder}; shift ;;
        -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "unknown option: $1; see run.sh --help" >&2; exit 2 ;;
    esac
    shift
done

# Packages, then the release build of what runs: no tests. A build that is there is brought up to date.
if [ -z "$build" ]; then
    build="$root/build/release"
    bash "$root/core/cmake/install-packages.sh" build
    cd "$root"
    [ -f "$build/build.ninja" ] || cmake --preset release -DEBRA_BUILD_TESTS=OFF -Wno-dev >/dev/null
    cmake --build --preset release --target ebra store-sqlite provider-sim
fi
build=$(cd "$build" && pwd)

work=$(mktemp -d "${TMPDIR:-/tmp}/ebra-quickstart-XXXXXX")
server=""
finish() {
    local code=$?
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ "$code" -eq 0 ]; then
        rm -rf "$work"
    else
        echo "What happened stands in $work" >&2
    fi
}
trap finish EXIT
trap 'exit 130' INT TERM
fail() {
    echo "quickstart: $*" >&2
    exit 1
}

# Variables meant for another Ebra would change this one.
readarray -t foreign < <(sed -n 's/^#\([A-Z_]*\)=.*/\1/p' "$root/.env.example")
unset "${foreign[@]}"
cp "$here/ebra.toml" "$work/"
cd "$work"
touch server.out server.log
began=$(now_ms)
setsid "$build/bin/ebra" serve --config ebra.toml >server.out 2>server.log </dev/null &
server=$!
until grep -q 'listening on http' server.out; do
    kill -0 "$server" 2>/dev/null || { cat server.log >&2; fail "ebra serve ended at once"; }
    [ $(($(now_ms) - began)) -lt $((start_seconds_max * 1000)) ] || fail "ebra serve did not start"
    sleep 0.05
done
url=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' server.out)
sed 's/^/  /' server.out

# One curl for all: 80 of the calls go to 20 numbers, four each; the rest to a number each.
echo "Placing $calls calls at $url ..."
for ((n = 0; n < calls; n++)); do
    number=$((n < 80 ? n % 20 : n))
    [ "$n" -eq 0 ] || echo next
    printf 'url = "%s/calls"\nheader = "Content-Type: application/json"\n' "$url"
    printf 'data = "{\\"to\\":\\"+1415555%04d\\",\\"scriptId\\":\\"welcome\\",\\"metadata\\":{\\"order\\":%d}}"\n' \
        $((100 + number)) "$n"
    printf 'output = "/dev/null"\nwrite-out = "%%{http_code}\\n"\nsilent\n'
done >requests.curl
curl --no-progress-meter -K requests.curl >answers
[ "$(grep -cx 201 answers)" -eq "$calls" ] || fail "not every call was taken: $(sort answers | uniq -c | xargs)"

until is_over; do
    show_progress
    [ $(($(now_ms) - began)) -lt $((calls_seconds_max * 1000)) ] || fail "calls are still open"
    sleep 0.2
done
end_progress

show_outcomes
measure_ledger
show_ledger
check_all
printf 'All as it should be, in %s s.\n' "$(seconds_since_start)"

if $stay; then
    cat <<TRY

The server goes on at $url (process $server, files in $work). Try:

  curl -s $url/calls -H 'Content-Type: application/json' -d '{"to": "+14155559999", "scriptId": "welcome"}'
  curl -s '$url/calls?status=FAILED&pageSize=3'
  curl -s $url/calls/ID/timeline
  curl -s $url/metrics
  kill $server    # to stop it
TRY
    trap - EXIT
    disown "$server"
fi
