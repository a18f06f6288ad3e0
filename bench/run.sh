#!/bin/sh
# Runs limpid_bench natively, once per CPU tier of this machine, in node and in Chromium (wasm simd), and prints tables.
#   bench/run.sh [Google Benchmark filter]   default: kernels on RGB8 and RGB16, the pipeline, and then its scale
# Reads what `make bench` made; a target that is not built or does not run here is left out, and said so.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
results="$root/build/bench-results"
native="$root/build/bin/limpid_bench"
filter=${1:-'^(memcpy/(12|24)mp|kernels/[a-z0-9_]+/(rgb8|rgb16)/12mp|pipeline/(enhance|enhance/2_threads|chain/[12]_threads)/24mp|pipeline/enhance/[a-z]+_(12|24)mp)'}

mkdir -p "$results"
rm -f "$results"/*.json

# measure NAME FILTER REPETITIONS PROGRAM...
# Repetitions of all benchmarks are interleaved, so that what else the machine does hits all alike.
measure() {
    name=$1
    wanted=$2
    repetitions=$3
    shift 3
    "$@" --benchmark_filter="$wanted" --benchmark_repetitions="$repetitions" --benchmark_min_time=0.1 \
        --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
        --benchmark_format=json >"$results/$name.json" 2>"$results/$name.log" || {
        rm -f "$results/$name.json"
        echo "  left out: $name does not run here: $(tail -n 1 "$results/$name.log")"
        return
    }
    grep '^left out' "$results/$name.log" || true
}

node_bench() {
    variant=$1
    shift
    node "$root/build/$variant/bench/limpid_bench.js" "$@"
}
chromium_bench() { node "$root/bench/browser/run.mjs" "$@"; }

echo "measuring natively"
for tier in sse41 avx2 avx512; do
    measure $tier "$filter" 5 "$native" --cpu-tier=$tier
done
for place in node chromium; do
    echo "measuring in $place"
    measure $place "$filter" 3 ${place}_bench wasm-simd
    measure ${place}_threads '^(memcpy|pipeline/(enhance|chain)/2_threads)/24mp' 3 ${place}_bench wasm-simd-threads
done

# A WebAssembly heap only grows, and one row's memory is another's: each in a program of its own.
if [ $# -eq 0 ]; then
    echo "measuring scale"
    for kind in enhance chain/1_threads; do
        for size in 1 4 12 24 50 200; do
            id="pipeline/$kind/${size}mp"
            file=${kind%%/*}-$size
            measure "scale-native-$file" "^$id/" 3 "$native"
            [ $size -lt 200 ] || continue # more than wasm32 holds
            measure "scale-node-$file" "^$id/" 3 node_bench wasm-simd
            measure "scale-chromium-$file" "^$id/" 3 chromium_bench wasm-simd
        done
    done
fi
python3 "$root/bench/table.py" "$results"
