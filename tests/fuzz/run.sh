#!/usr/bin/env bash
# Fuzzes each target for some minutes with clang, and adds what found new paths to the corpus.
#
# Usage: tests/fuzz/run.sh [--minutes N] [TARGET...]
# Targets: framing, config, call_request, callback, preset, provider_event, signature.
# Kept is what reaches new code; how often it does so is not looked at, so that the corpus stays small.
# An input that breaks a promise is left in build/fuzz as crash-*; put it into the corpus with its fix.
set -euo pipefail
cd "$(dirname "$0")/../.."

minutes=1
targets=()
while [ $# -gt 0 ]; do
    case "$1" in
        --minutes) minutes=${2:?--minutes needs a number}; shift ;;
        -*) echo "unknown option: $1" >&2; exit 2 ;;
        *) targets+=("$1") ;;
    esac
    shift
done
[ "${#targets[@]}" -gt 0 ] || targets=(framing config call_request callback preset provider_event signature)

command -v clang++ >/dev/null || { echo "clang++ is missing: apt-get install clang" >&2; exit 1; }
bash core/cmake/install-packages.sh test
cmake --preset fuzz -Wno-dev >/dev/null
nice cmake --build --preset fuzz --target "${targets[@]/%/_fuzz}"

cd build/fuzz
for target in "${targets[@]}"; do
    kept=../../tests/fuzz/corpus/$target
    found=corpus/$target
    mkdir -p "$found"
    seeds=("$found" "$kept")
    longest=4096
    [ "$target" != config ] || seeds+=(../../tests/unit/config/broken ../../tests/unit/config/good)
    if [ "$target" = preset ]; then
        seeds+=(../../plugins/provider-http/presets)
        longest=8192    # The shipped ones are longer than 4096.
    fi
    nice "tests/${target}_fuzz" -max_total_time=$((minutes * 60)) -max_len="$longest" -timeout=10 \
        -print_final_stats=1 "${seeds[@]}" 2>&1 | grep -E '^(==|SUMMARY|stat::|a promise|artifact)|Test unit' || true
    "tests/${target}_fuzz" -merge=1 -use_counters=0 -max_len="$longest" "$kept" "$found" 2>&1 | grep -E '^MERGE-OUTER.*new files' || true
done
ls crash-* timeout-* oom-* 2>/dev/null && exit 1
exit 0
