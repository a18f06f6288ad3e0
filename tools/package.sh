#!/usr/bin/env bash
# Build the npm package in js/ from the WebAssembly presets' output.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../js"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
    ../tools/step.sh "npm ci" npm ci --no-audit --no-fund
fi
../tools/step.sh "npm run build" npm run build
