#!/usr/bin/env bash
# Install the npm packages that tests/security/interop compares tokens, webhooks and headers with. Quick when they are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/security/interop"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
    # Not npm ci: tools/package.sh says why.
    ../../../tools/step.sh "npm install interop" npm install --no-save --no-audit --no-fund
fi
