#!/bin/sh
# Runs limpid_bench natively, once per CPU tier of this machine, and in node (wasm simd), and prints one table.
#   bench/run.sh [Google Benchmark filter]     default: 24 MP, RGB8 and RGB16, and the pipeline
# With more than one thread WebAssembly is another module, of which only the chain is measured.
# Reads what `make build` made; a target that is not built is left out.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
filter=${1:-'^(memcpy|kernels/[a-z_]+/(rgb8|rgb16)|pipeline/enhance|pipeline/chain/[12]_threads)/24mp|pipeline/enhance/photo'}
results="$root/build/bench-results"
native="$root/build/bin/limpid_bench"
wasm="$root/build/wasm-simd/bench/limpid_bench.js"
wasm_threads="$root/build/wasm-simd-threads/bench/limpid_bench.js"

mkdir -p "$results"
rm -f "$results"/*.json

# Repetitions of all benchmarks are interleaved, so that what else the machine does hits all alike.
run() {
    name=$1
    shift
    echo "measuring $name"
    "$@" --benchmark_filter="$filter" --benchmark_repetitions=5 --benchmark_min_time=0.1 \
        --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
        --benchmark_format=json >"$results/$name.json" || {
        rm -f "$results/$name.json"
        echo "  left out: $name does not run here"
    }
}

if [ -x "$native" ]; then
    for tier in sse41 avx2 avx512; do
        run "$tier" "$native" --cpu-tier=$tier
    done
fi
if [ -f "$wasm" ]; then
    run wasm_simd node "$wasm"
fi
if [ -f "$wasm_threads" ]; then
    filter='memcpy/24mp|pipeline/chain/.*/24mp'
    run wasm_simd_threads node "$wasm_threads"
fi
python3 "$root/bench/table.py" "$results"
