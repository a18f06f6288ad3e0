#!/bin/sh
# Measures the security layer natively and in node, and prints npm packages that do the same beside it.
# Reads what `make bench` builds; needs the packages of tools/interop.sh.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
results="$root/build/bench-results"
mkdir -p "$results"

run() {
    name=$1
    shift
    echo "measuring security, $name"
    "$@" --benchmark_filter='^security/' --benchmark_repetitions=5 --benchmark_min_time=0.1 \
        --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
        --benchmark_format=json >"$results/security-$name.json"
}

run native "$root/build/bin/limpid_bench"
run wasm node "$root/build/wasm-simd/bench/limpid_bench.js"
node "$root/bench/compare/security.mjs" "$results"
