#!/usr/bin/env bash
# Install what bench/service asks the service with, and libvips, which it is compared with: tools/bench_service.sh.
# Quick when it is there.
# Not part of tools/setup.sh: a machine that builds and tests limpid has no use for a load generator.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

as_root=()
((EUID == 0)) || as_root=(sudo)
for program in wrk slowhttptest; do
    command -v "$program" >/dev/null ||
        tools/step.sh "install $program" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -y --no-install-recommends -o Acquire::Retries=3 install "$program"
done
# What a photo is compared with; elsewhere that one figure is left out.
if [[ $(dpkg --print-architecture) == amd64 ]]; then
    tools/peers.sh vips
    bench/compare/programs.sh vips
fi
