#!/usr/bin/env bash
# Install what js/package-lock.json names into js/node_modules, unless it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../js"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
    # Not npm ci: it refuses a lock file without the optional binaries of platforms that this registry does not
    # serve. The versions and digests are the lock file's all the same.
    ../tools/step.sh "npm install" npm install --no-save --no-audit --no-fund
fi
