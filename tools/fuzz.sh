#!/usr/bin/env bash
# Fuzz every parser of foreign data: tools/fuzz.sh [SECONDS [TARGET…]]
#   SECONDS   for each target, 60 unless told; LIMPID_FUZZ_JOBS run at a time, as many as there are processors unless told
# New inputs stay in build/fuzz/corpus. One that breaks a promise is kept in build/fuzz/crashes; it belongs into
# tests/fuzz/seeds once the defect is fixed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]{0,5}$ ]] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
shift
tools/build.sh host-fuzz:fuzz_targets || exit

mapfile -t all < <(sed -nE 's/^LIMPID_FUZZ_TARGET\(([a-z0-9_]+),.*/\1/p' tests/fuzz/*targets.def)
(($#)) || set -- "${all[@]}"
mkdir -p build/fuzz/crashes build/fuzz/log
export ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

fuzz() { # target -> one line; fails when a promise was broken
    local name=$1 log=build/fuzz/log/$1.log dictionary=tests/fuzz/dictionaries/$1.dict folder seeds=() words=()
    mkdir -p "build/fuzz/corpus/$name"
    for folder in "tests/fuzz/seeds/$name" \
        $(sed -nE "s/^LIMPID_FUZZ_TARGET\\($name, \"(.*)\"\\)/\\1/p" tests/fuzz/*targets.def | sed -E 's#[a-z]+#tests/data/&#g'); do
        [[ -d $folder ]] && seeds+=("$folder")
    done
    [[ -f $dictionary ]] && words=(-dict="$dictionary")
    if "build/host-fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 "${words[@]}" \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" \
        "build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1; then
        printf 'ok     fuzz %-16s %10s runs %6s new inputs\n' "$name" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$(sed -n 's/^stat::new_units_added: *//p' "$log")"
    else
        printf 'FAILED fuzz %-16s (%s)\n' "$name" "$log"
        tail -n 40 "$log"
        return 1
    fi
}
export -f fuzz
export seconds

for name; do
    [[ " ${all[*]} " == *" $name "* ]] || { echo "fuzz: no target '$name'; there are: ${all[*]}" >&2; exit 2; }
done
printf '%s\n' "$@" | xargs -P "${LIMPID_FUZZ_JOBS:-$(nproc)}" -I '{}' bash -c 'fuzz {}'
