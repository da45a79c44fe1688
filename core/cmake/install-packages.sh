#!/usr/bin/env bash
# Installs the Debian 12 packages Ebra builds and tests with; does nothing when all are there.
#
# Usage: core/cmake/install-packages.sh [build|test]
#   build  what it takes to build and run (default)
#   test   that, and what the tests start or call
set -euo pipefail

build_packages=(
    cmake ninja-build g++ pkg-config ca-certificates
    libboost-dev libboost-filesystem-dev libboost-system-dev
    libpistache-dev libsqlite3-dev libpqxx-dev libpq-dev libcurl4-openssl-dev libssl-dev
    nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev
    prometheus-cpp-dev zlib1g-dev libphonenumber-dev libprotobuf-dev libjemalloc-dev
    curl
)
test_packages=(
    libgtest-dev libgmock-dev libbenchmark-dev libboost-context-dev
    openssl python3 python3-h2 python3-yaml sqlite3 binutils procps git
    postgresql-15 pgbouncer nginx-light
)

packages=("${build_packages[@]}")
if [ "${1:-build}" = test ]; then
    packages+=("${test_packages[@]}")
fi

missing=()
for package in "${packages[@]}"; do
    if ! dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
        missing+=("$package")
    fi
done
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=()
else
    as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
