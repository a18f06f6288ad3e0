#!/bin/sh
# Runs limpid_bench natively, once per CPU tier of this machine, in node and in Chromium (wasm simd), and prints tables.
#   bench/run.sh          kernels on RGB8 and RGB16, the pipeline, and its scale
#   bench/run.sh scale    only how time and memory of the pipeline grow with the picture
#   bench/run.sh FILTER   only these benchmarks, a filter of Google Benchmark
# Reads what `make bench` made; a target that is not built or does not run here is left out, and said so.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
results="$root/build/bench-results"
native="$root/build/bin/limpid_bench"
what=${1:-all}
filter='^(memcpy/(12|24)mp|kernels/[a-z0-9_]+/(rgb8|rgb16)/12mp|pipeline/(enhance|enhance/2_threads|chain/[12]_threads)/24mp|pipeline/enhance/[a-z]+_(12|24)mp)'
case $what in all | scale) ;; *) filter=$what ;; esac
targets='sse41 avx2 avx512 node node_threads chromium chromium_threads'

mkdir -p "$results"
# Not those of other programs, such as compare.json.
[ "$what" = scale ] || for name in $targets; do rm -f "$results/$name.json"; done
case $what in all | scale) rm -f "$results"/scale-*.json ;; esac

# measure NAME FILTER PROGRAM...
# Repetitions of all benchmarks are interleaved, so that what else the machine does hits all alike.
measure() {
    name=$1
    wanted=$2
    shift 2
    "$@" --benchmark_filter="$wanted" --benchmark_repetitions=3 --benchmark_min_time=0.1 \
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

speed() {
    echo "measuring natively"
    for tier in sse41 avx2 avx512; do
        measure $tier "$filter" "$native" --cpu-tier=$tier
    done
    for place in node chromium; do
        echo "measuring in $place"
        measure $place "$filter" ${place}_bench wasm-simd
        case $what in
            all | *threads*)
                measure ${place}_threads '^(memcpy|pipeline/(enhance|chain)/2_threads)/24mp' ${place}_bench wasm-simd-threads ;;
        esac
    done
}

# A WebAssembly heap only grows, and one row's memory is another's: each in a program of its own.
scale() {
    echo "measuring scale"
    for kind in enhance chain/1_threads; do
        for size in 1 4 12 24 50 200; do
            id="pipeline/$kind/${size}mp"
            file=${kind%%/*}-$size
            measure "scale-native-$file" "^$id/" "$native"
            [ $size -lt 200 ] || continue # more than wasm32 holds
            measure "scale-node-$file" "^$id/" node_bench wasm-simd
            measure "scale-chromium-$file" "^$id/" chromium_bench wasm-simd
        done
    done
}

[ "$what" = scale ] || speed
case $what in all | scale) scale ;; esac
python3 "$root/bench/table.py" "$results"
