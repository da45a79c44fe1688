#!/usr/bin/env bash
# Runs the commands of examples/first-call against the build in $1, and compares what they print with
# what is written beside them; ids and times differ from run to run.
set -euo pipefail
build=$(cd "$1" && pwd)
examples=$(cd "$(dirname "$0")/../../examples/first-call" && pwd)
seconds_max=30

work=$(mktemp -d)
server=""
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap finish EXIT
fail() { echo "first_call: $*" >&2; exit 1; }

# wait_until COMMAND...: within the limit, or fail.
wait_until() {
    local deadline=$((SECONDS + seconds_max))
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for: $*"
        sleep 0.05
    done
}

# Ids, times and the width of columns are not the same twice.
without_chance() {
    sed -E 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/ID/g
            s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g
            s/sim-[0-9]+-[0-9]+/SIM/g
            s/ +/ /g' "$1"
}

same() {
    diff <(without_chance "$examples/$1") <(without_chance "$2") || fail "$1 is not what was printed"
}

cd "$work"
mkdir -p build/release
ln -s "$build/bin" build/release/bin
while IFS= read -r name; do unset "$name"; done < <(sed -n 's/^#\([A-Z_]*\)=.*/\1/p' "$examples/../../.env.example")

sed 's/^/exec env PORT=0 /' "$examples/1-serve.sh" >serve.sh
bash serve.sh >server.out 2>server.log &
server=$!
wait_until grep -q 'listening on' server.out
url=$(sed -n 's/.*listening on \(http[^ ]*\).*/\1/p' server.out)

sed "s|http://127.0.0.1:3000|$url|" "$examples/2-call.sh" >call.sh
bash call.sh >answer
echo >>answer
same 2-output.json answer

id=$(grep -o '"id":"[^"]*' answer | cut -d'"' -f4)
sed -E "s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/$id/" "$examples/3-inspect.sh" >inspect.sh
is_completed() { bash inspect.sh >inspected && grep -q 'status  *COMPLETED' inspected; }
wait_until is_completed
same 3-output.txt inspected
