#!/usr/bin/env bash
# The quickstart's checks refuse what they must: a ledger beyond the cap, two dials to one number at
# once, calls that did not end, and nothing that was tried again.
set -euo pipefail
report=$(cd "$(dirname "$0")/../../examples/quickstart" && pwd)/report.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
calls=4 cap=2 build=/nowhere url=http://127.0.0.1:9
source "$report"
fail() {
    echo "$*" >objection
    exit 1
}

# dial FROM UNTIL NUMBER: a line of the ledger.
dial() {
    echo "{\"kind\":\"dial\",\"mono_ns\":1000000000000000$1,\"end_mono_ns\":1000000000000000$2,\"to\":\"$3\"}" >>ledger.jsonl
}
sound() {
    rm -f ledger.jsonl objection
    dial 10 20 +1a
    dial 15 30 +1b
    dial 20 40 +1a
    dial 30 50 +1c
    echo '{"PENDING":0,"IN_PROGRESS":0,"COMPLETED":3,"FAILED":1}' >metrics.json
    printf '{"id":"%s","attempts":%s}\n' a 1 b 1 c 2 d 1 >calls
}
# refused WORDS: check_all objects with these words.
refused() {
    if (measure_ledger && check_all); then
        echo "not refused: $1" >&2
        exit 1
    fi
    grep -q "$1" objection || { echo "refused for another reason: $(cat objection), not $1" >&2; exit 1; }
}

sound
(measure_ledger && check_all) || { cat objection >&2; exit 1; }
sound; dial 16 18 +1d; refused "3 calls were in flight, the cap is 2"
sound; dial 41 45 +1c; refused "2 calls to one number at once"
sound; sed -i 's/"FAILED":1/"FAILED":0/' metrics.json; refused "3 of 4 calls ended"
sound; sed -i 's/"attempts":2/"attempts":1/' calls; refused "nothing was tried again"
sound; sed -i '1,2d' ledger.jsonl; refused "more calls completed than phones rang"
