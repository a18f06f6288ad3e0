#!/usr/bin/env bash
# playground.sh [build]: build the page into build/playground when something changed, and serve it on loopback unless
# only the build is wanted. LIMPID_ISOLATED=1 serves it with the headers that threads need, PORT sets the port.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ! -e js/dist/index.js || ! -e js/wasm/limpid-simd.wasm ]]; then
    tools/build.sh wasm-simd:limpid_wasm wasm-simd-threads:limpid_wasm
    tools/package.sh
fi
tools/npm.sh js/playground

# What the page is made of, and nothing that its tests write.
changed=$(find js/dist js/wasm js/playground/src js/playground/public js/playground/scripts js/playground/index.html \
    js/playground/package.json js/playground/vite.config.mjs -newer build/playground/index.html -print -quit 2>/dev/null || true)
if [[ ! -e build/playground/index.html || -n $changed ]]; then
    (cd js/playground && ../../tools/step.sh "build playground" npm run build)
fi
[[ ${1:-} == build ]] || exec node js/playground/scripts/serve.mjs
