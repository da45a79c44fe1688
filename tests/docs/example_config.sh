#!/usr/bin/env bash
# examples/config/ebra.toml is sound for the program in the build $1, plugins and all.
set -euo pipefail
ebra=$(cd "$1" && pwd)/bin/ebra
config=$(cd "$(dirname "$0")/../../examples/config" && pwd)/ebra.toml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
umask 077
echo "an api key of the example" >api_key
echo "a callback secret of the example" >callback_secret
CREDENTIALS_DIRECTORY=$work "$ebra" check-config "$config"
