#!/usr/bin/env bash
# Build the npm package in js/ from the WebAssembly presets' output.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../js"
../tools/npm.sh
../tools/step.sh "npm run build" npm run build
