#!/usr/bin/env bash
# Build and test everything: every preset under ctest, then the npm package. Ends with one line for all of it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
export EMSDK_PYTHON=/usr/bin/python3

# host-release first: the others import its generator program. wasm-base, which nothing ships, is tested when it is named.
read -ra presets <<<"${LIMPID_TEST_PRESETS:-host-release wasm-simd wasm-simd-threads arm64-cross host-asan-ubsan host-tsan}"
passed=0
failed=0
start=$SECONDS

# GoogleTest cases; a test that is not a GoogleTest program counts as one.
count_cases() {
    awk '
        /^[0-9]+\/[0-9]+ Testing: / { inside = 1; ran = 0; bad = 0 }
        /^\[  PASSED  \] [0-9]+ tests?\./ { ran += $4 }
        /^\[  FAILED  \] [0-9]+ tests?, listed/ { bad += $4 }
        inside && /^Test Passed\.$/ { good_total += ran ? ran : 1; inside = 0 }
        inside && /^Test Failed\.$/ { good_total += ran; bad_total += bad ? bad : 1; inside = 0 }
        END { print good_total + 0, bad_total + 0 }
    ' "build/$1/Testing/Temporary/LastTest.log" 2>/dev/null || echo 0 0
}

test_preset() {
    tools/build.sh "$1" || { ((failed++)); return; }
    rm -f "build/$1/Testing/Temporary/LastTest.log"
    local ok good bad
    tools/step.sh "test $1" ctest --preset "$1" -j "$(nproc)"
    ok=$?
    read -r good bad < <(count_cases "$1")
    ((ok == 0 || bad > 0)) || bad=1
    ((passed += good, failed += bad))
    printf '       %d passed, %d failed on %s\n' "$good" "$bad" "$1"
}

# node_tests STEP WHAT ARGUMENT...: node's test runner, which ends with "# pass N" and "# fail N"
node_tests() {
    local step=$1 what=$2 ok good bad
    shift 2
    tools/step.sh "$step" node --test --test-reporter=spec "$@"
    ok=$?
    read -r good bad < <(awk '/^(#|ℹ) pass [0-9]+$/ { good += $3 } /^(#|ℹ) fail [0-9]+$/ { bad += $3 } END { print good + 0, bad + 0 }' \
        "build/log/${step// /-}.log")
    ((ok == 0 || bad > 0)) || bad=1
    ((passed += good, failed += bad))
    printf '       %d passed, %d failed in the %s\n' "$good" "$bad" "$what"
}

test_package() {
    tools/package.sh || { ((failed++)); return; }
    # As `npm test`, which leaves one processor idle: half of two.
    node_tests "test npm package" "npm package" --test-concurrency="$(nproc)" \
        js/test/{node,browser,consumers}/*.test.mjs
}

test_playground() { # the page as built, in Debian's Chromium
    tools/playground.sh build || { ((failed++)); return; }
    # One after the other: what a slider's move takes is measured.
    node_tests "test playground" playground --test-concurrency=1 js/playground/test/*.test.mjs
}

test_rows() { # the promises of docs/requirements.md that a test of this run has shown
    local preset log logs=() every=()
    for preset in "${presets[@]}"; do logs+=("build/$preset/Testing/Temporary/LastTest.log"); done
    logs+=(build/log/test-npm-package.log)
    for log in "${logs[@]}"; do [[ -e $log ]] || { ((failed++)); return; }; done
    # Few presets show few of them.
    [[ " ${presets[*]} " == *" host-release "* ]] && every=(--all)
    python3 tools/check/rows.py --ran "${every[@]}" "${logs[@]}" || ((failed++))
}

test_readme() { # every code block of the README, as it stands there
    tools/step.sh "test README" tools/readme/run.sh
    local ok=$? good
    good=$(grep -c '^readme: ok ' build/log/test-README.log)
    ((passed += good))
    ((ok == 0)) || ((failed++))
    printf '       %d blocks of the README ran\n' "$good"
}

test_fuzz() { # each parser for a while, where asked for: that is a build of its own. The seeds are replayed anyway.
    local out ok good
    [[ -n ${LIMPID_FUZZ_SECONDS:-} ]] || return
    out=$(tools/fuzz.sh "$LIMPID_FUZZ_SECONDS")
    ok=$?
    printf '%s\n' "$out"
    good=$(grep -c '^ok     fuzz ' <<<"$out")
    ((passed += good))
    ((ok == 0)) || ((failed++))
    printf '       %d parsers fuzzed for %d s each\n' "$good" "$LIMPID_FUZZ_SECONDS"
}

test_instructions() { # of the kernels, against what is written down: speed that other work on the machine does not change
    [[ " ${presets[*]} " == *" host-release "* ]] || return
    tools/step.sh "count instructions" bench/instructions.py
    local ok=$? rows
    rows=$(grep -c '^kernels/' build/log/count-instructions.log)
    ((passed += rows))
    ((ok == 0)) || ((failed++))
    grep 'changed [+-]' build/log/count-instructions.log
    printf '       instructions of %d kernels counted\n' "$rows"
}

# Before host-release: its tests read npm packages with test material, and compare with others.
tools/npm.sh || ((failed++))
tools/interop.sh || ((failed++))
tools/consumers.sh || ((failed++))
for preset in "${presets[@]}"; do test_preset "$preset"; done
test_instructions
test_fuzz
test_package
test_playground
test_readme
test_rows

printf 'all targets, %d s\n' "$((SECONDS - start))"
on='' off=''
if [[ -t 1 ]]; then
    on=$'\e[32m' off=$'\e[0m'
    ((failed == 0)) || on=$'\e[31m'
fi
printf '%s%d passed, %d failed%s\n' "$on" "$passed" "$failed" "$off"
((failed == 0 && passed > 0))
