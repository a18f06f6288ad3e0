#!/usr/bin/env bash
# Run one step of a build, one line each: tools/step.sh <name> <command>...
# The output goes to build/log/<name>.log and is shown when the step fails, or as it comes with VERBOSE=1.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=$1
shift
log=$root/build/log/${name// /-}.log
mkdir -p "$root/build/log"
start=$EPOCHREALTIME
status=0
if [[ -n ${VERBOSE:-} ]]; then
    printf -- '--- %s\n' "$name"
    "$@" 2>&1 | tee "$log" || status=$?
else
    "$@" >"$log" 2>&1 </dev/null || status=$?
fi
elapsed=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $start }")
if ((status)); then
    [[ -n ${VERBOSE:-} ]] || tail -n 120 "$log"
    printf 'FAILED %-40s %8s s   (%s)\n' "$name" "$elapsed" "$log"
    exit "$status"
fi
printf 'ok     %-40s %8s s\n' "$name" "$elapsed"
