#!/bin/sh
# Prints the quality tables: run.sh [FOLDER...] on the photos of the tests, on Debian's budgie-backgrounds where they are
# installed, and on those of every folder given. Reads what `make quality` built.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
programs="$root/build/bin"
backgrounds=/usr/share/backgrounds/budgie

set -- "$root/tests/data/photos" "$@"
if [ -d "$backgrounds" ]; then
    set -- "$@" "$backgrounds"
else
    echo "left out: $backgrounds (the Debian package budgie-backgrounds is not installed)" >&2
fi
"$programs/limpid_quality" "$@"
