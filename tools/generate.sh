#!/bin/sh
# Rewrites what is made from the tables in core/include/limpid: TypeScript types and reference pages.
# generate.sh --check writes nothing and fails when something is stale.
set -eu
exec node "$(dirname "$0")/generate/generate.mjs" "$@"
