#!/bin/sh
# Measures limpid, its peers and the security layer, and writes docs/performance.md, its pictures and the README's section.
# Reads what `make bench-compare` builds and installs. LIMPID_BENCH_* (run.py) are for trying it, and write the report to
# build/bench-results/draft instead.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
results="$here/../../build/bench-results"
draft=
[ -z "${LIMPID_BENCH_QUICK:-}${LIMPID_BENCH_SIZE:-}${LIMPID_BENCH_ROWS:-}" ] || draft="--draft $results/draft"
mkdir -p "$results"

status=0
python3 "$here/run.py" || status=$?
if [ -z "$draft" ]; then
    "$here/../security.sh" | tee "$results/security.txt"
    "$here/../run.sh" scale | tee "$results/scale.txt"
fi
# A report of a run in which a peer failed says so.
# shellcheck disable=SC2086 # two words or none
python3 "$here/report.py" $draft
exit $status
