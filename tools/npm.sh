#!/usr/bin/env bash
# npm.sh [FOLDER]: install what FOLDER/package-lock.json names into FOLDER/node_modules, unless it is there. Default: js.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
folder=${1:-js}
cd "$folder"
if [[ package-lock.json -nt node_modules/.package-lock.json ]]; then
    # Not npm ci: it refuses a lock file without the optional binaries of platforms that this registry does not
    # serve. The versions and digests are the lock file's all the same.
    "$root/tools/step.sh" "npm install ${folder//\//-}" npm install --no-save --no-audit --no-fund
fi
