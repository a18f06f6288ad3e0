#!/bin/sh
# Prints the quality tables: run.sh [FOLDER...]. The decisions are measured on the photos of the tests and Debian's
# budgie-backgrounds where they are installed, and once more on those of every folder given; denoising and deblocking on the
# folders given that hold PNG files (a JPEG has artefacts of its own). Reads what `make quality` built.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
programs="$root/build/bin"
backgrounds=/usr/share/backgrounds/budgie

if [ -d "$backgrounds" ]; then
    "$programs/limpid_quality" "$root/tests/data/photos" "$backgrounds"
else
    echo "left out: $backgrounds (the Debian package budgie-backgrounds is not installed)" >&2
    "$programs/limpid_quality" "$root/tests/data/photos"
fi
for folder; do
    printf '\n%s\n' "$folder"
    "$programs/limpid_quality" "$folder"
    for file in "$folder"/*.png; do
        [ -e "$file" ] || break
        printf '\nDenoising and deblocking alone, levels told\n'
        "$programs/quality_denoise" "$folder"
        break
    done
done
