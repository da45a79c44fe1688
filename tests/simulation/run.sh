#!/usr/bin/env bash
# Runs the seeded simulation at any scale, from the release build.
#
# Usage: tests/simulation/run.sh [--seed FIRST] [--seeds N] [--nodes M] [--calls C] [--store sqlite]
#                                [--history] [--shrink] [--coverage]
set -euo pipefail
cd "$(dirname "$0")/../.."
bash core/cmake/install-packages.sh test
cmake --preset release -Wno-dev >/dev/null
cmake --build --preset release --target ebra-simulation -j "$(nproc)" >/dev/null
exec build/release/tests/ebra-simulation "$@"
