#!/usr/bin/env bash
# Rewrite golden.txt from the native build and say loudly what changed. A change means that recipes made
# before it no longer replay to the same bytes: say why in the commit and in CHANGELOG.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools/build.sh host-release
new=$(mktemp)
trap 'rm -f "$new"' EXIT
build/host-release/tests/parity/parity --data tests/data --parity tests/parity --write "$new"
if diff -u tests/parity/golden.txt "$new"; then
    echo "golden.txt: nothing changed ($(grep -vc '^#' "$new") rows)"
    exit 0
fi
echo
echo "!!! golden.txt CHANGED: $(diff tests/parity/golden.txt "$new" | grep -c '^>') rows are new or different."
echo "!!! The bytes that limpid writes are not what they were. If that is meant, commit golden.txt and say why."
cp "$new" tests/parity/golden.txt
