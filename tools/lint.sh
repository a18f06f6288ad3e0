#!/usr/bin/env bash
# Every check of form: tools/lint.sh [STEP…]. All steps run, each with its time; the exit code is 1 when any failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

export PYTHONDONTWRITEBYTECODE=1
failed=()

mapfile -d '' -t tree < <(git ls-files -co --exclude-standard -z)
files=()
for file in "${tree[@]}"; do [[ -f $file ]] && files+=("$file"); done

ending_in() { # extensions... -> the files of the tree with one of them
    local file extension
    for file in "${files[@]}"; do
        for extension; do
            if [[ $file == *."$extension" ]]; then printf '%s\0' "$file"; fi
        done
    done
}

shell_scripts() {
    local file
    for file in "${files[@]}"; do
        if [[ $file == *.sh ]] || head -c 64 -- "$file" | head -n 1 | grep -qaE '^#!.*\b(ba)?sh\b'; then
            printf '%s\0' "$file"
        fi
    done
}

format() { ending_in cpp hpp h c cc | xargs -0 -r clang-format-19 --dry-run -Werror; }

tidy() {
    # compile_commands.json and the generated kernel headers; make test needs the same build.
    tools/build.sh host-release || return
    python3 tools/check/tidy.py --jobs "$(nproc)"
}

js() {
    local bin=js/node_modules/.bin
    if [[ ! -x $bin/biome ]]; then
        echo "lint: installing the npm tools of js/package-lock.json"
        (cd js && npm install --no-save --no-audit --no-fund --loglevel=error) || return 1
    fi
    # All must pass; the packed package is checked where it is built.
    local result=0
    "$bin/biome" ci --colors=off --error-on-warnings --max-diagnostics=100 . || result=1
    "$bin/tsc" -p js/tsconfig.json --noEmit || result=1
    npm --prefix js run --silent docs -- --logLevel Warn --emit none || result=1
    return $result
}

shell() { shell_scripts | xargs -0 -r shellcheck --severity=warning --source-path=SCRIPTDIR --external-sources; }
architecture() { python3 tools/check/architecture.py; }
tables() { python3 tools/check/tables.py; }
public-docs() { python3 tools/check/public_docs.py; }
rows() { python3 tools/check/rows.py; }
text() { python3 tools/check/text_rules.py; }
generated() {
    local result=0
    tools/generate.sh --check || result=1
    python3 tools/check/kernels_doc.py || result=1
    return $result
}

step() {
    local start=${EPOCHREALTIME/[.,]/} result=ok ms
    if ! "$1"; then
        result=FAILED
        failed+=("$1")
    fi
    ms=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
    printf 'lint: %-14s %-6s %4d.%d s\n' "$1" "$result" $((ms / 1000)) $((ms % 1000 / 100))
}

mkdir -p build/lint
all=(format tables architecture public-docs rows text generated shell js tidy)
for name; do
    [[ " ${all[*]} " == *" $name "* ]] || { echo "lint: no step '$name'; there are: ${all[*]}" >&2; exit 2; }
done
(($#)) || set -- "${all[@]}"
for name; do step "$name"; done

if ((${#failed[@]})); then
    printf 'lint: failed: %s\n' "${failed[*]}" >&2
    exit 1
fi
