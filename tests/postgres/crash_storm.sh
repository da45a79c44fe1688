#!/usr/bin/env bash
# A storm on a server of its own that is crashed every few seconds: crash_storm.sh STORM SERVER_FILE ARGUMENTS...
set -euo pipefail
script=$(dirname "$0")/server.sh
storm=$1
file=$2
shift 2
"$script" start "$file"
trap '"$script" stop "$file"' EXIT
"$storm" "$file" --script "$script" --crash-each-ms 4000 "$@"
