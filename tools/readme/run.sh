#!/usr/bin/env bash
# Run the README's own text: every block under <!-- run: NAME -->. Needs `make build`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for needed in build/bin/limpid build/bin/limpidd build/host-release/cmake_install.cmake js/dist/index.js js/node_modules/playwright-core; do
    [[ -e $needed ]] || { echo "readme: $needed is missing: run make build" >&2; exit 1; }
done
exec node tools/readme/run.mjs "$@"
