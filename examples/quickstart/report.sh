# What run.sh shows and checks. Reads the variables of run.sh; works in its folder.

now_ms() { date +%s%3N; }

seconds_since_start() { awk -v ms=$(($(now_ms) - began)) 'BEGIN { printf "%.1f", ms / 1000 }'; }

# count STATUS: how many calls have it, from the last answer of GET /metrics.
count() { grep -o "\"$1\":[0-9]*" metrics.json | cut -d: -f2; }

is_over() {
    curl -fsS "$url/metrics" >metrics.json
    [ $(($(count PENDING) + $(count IN_PROGRESS))) -eq 0 ]
}

# One line that is written over on a terminal; a line about every second otherwise.
shown_second=-1
show_progress() {
    local line second=$((($(now_ms) - began) / 1000))
    line=$(printf '%5s s   pending %3d   in progress %3d   completed %3d   failed %3d' \
        "$(seconds_since_start)" "$(count PENDING)" "$(count IN_PROGRESS)" "$(count COMPLETED)" "$(count FAILED)")
    if [ -t 1 ]; then
        printf '\r%s' "$line"
    elif [ "$second" -ne "$shown_second" ]; then
        shown_second=$second
        echo "$line"
    fi
}

end_progress() {
    shown_second=-1
    show_progress
    [ ! -t 1 ] || echo
}

# tally FIELD: how often each value of a field occurs in the lines of calls on the standard input.
tally() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | sort | uniq -c | sort -rn; }

show_outcomes() {
    curl -fsS "$url/calls?pageSize=500" | sed 's/},{"id"/}\n{"id"/g' >calls
    printf '\n  %-44s %s\n' outcome calls
    tally status <calls | print_tally
    grep '"status":"FAILED"' calls | tally lastError | print_tally '  '
    printf '\n  %-44s %s\n' attempts calls
    tally attempts <calls | sort -k2,2n | print_tally
    echo
}

print_tally() {
    local number value
    while read -r number value; do printf '  %-44s %5d\n' "${1:-}$value" "$number"; done
}

# dials: "FROM UNTIL NUMBER" of each phone that rang, from the simulator's ledger.
dials() {
    grep '"kind":"dial"' ledger.jsonl | while IFS= read -r line; do
        [[ $line =~ \"mono_ns\":([0-9]+) ]] && local from=${BASH_REMATCH[1]}
        [[ $line =~ \"end_mono_ns\":([0-9]+) ]] && local until=${BASH_REMATCH[1]}
        [[ $line =~ \"to\":\"([^\"]+)\" ]] && echo "$from $until ${BASH_REMATCH[1]}"
    done
}

# Sweeps over the instants at which a phone began (+1) or ended (-1), ends first.
measure_ledger() {
    dials >dials
    dialed=$(wc -l <dials)
    read -r flight_max same_number_max < <(
        awk '{ print $1, 1, $3; print $2, -1, $3 }' dials | sort -k1,1n -k2,2n | awk '
            { all += $2; if (all > all_max) all_max = all
              one[$3] += $2; if (one[$3] > one_max) one_max = one[$3] }
            END { print all_max + 0, one_max + 0 }')
}

show_ledger() {
    echo "From the ledger, which the simulated phones wrote:"
    printf '  %-44s %5d\n' "phones that rang" "$dialed"
    printf '  %-44s %5d   the cap is %d\n' "in flight at most" "$flight_max" "$cap"
    printf '  %-44s %5d\n\n' "to one number at most" "$same_number_max"
}

# Every statement here must hold; each says what is off.
check_all() {
    local ended=$(($(count COMPLETED) + $(count FAILED)))
    [ "$ended" -eq "$calls" ] || fail "$ended of $calls calls ended"
    [ "$(count COMPLETED)" -gt $((calls / 2)) ] || fail "only $(count COMPLETED) calls were completed"
    [ "$dialed" -ge "$(count COMPLETED)" ] || fail "more calls completed than phones rang"
    [ "$flight_max" -le "$cap" ] || fail "$flight_max calls were in flight, the cap is $cap"
    [ "$flight_max" -gt $((cap / 2)) ] || fail "only $flight_max calls were in flight at once"
    [ "$same_number_max" -eq 1 ] || fail "$same_number_max calls to one number at once"
    tally attempts <calls | awk '$2 > 1 { again = 1 } END { exit !again }' || fail "nothing was tried again"
    if [ -x "$build/bin/ebra-ledger" ]; then
        "$build/bin/ebra-ledger" --cap "$cap" ledger.jsonl >verdict || { cat verdict >&2; fail "ebra-ledger objects"; }
    fi
}
