#!/usr/bin/env bash
# Install the bundlers and runtimes that js/test/consumers uses the npm package from. Quick when they are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../js/test/consumers"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
    # Not npm ci: tools/npm.sh says why.
    ../../../tools/step.sh "npm install consumers" npm install --no-save --no-audit --no-fund
fi
