#!/usr/bin/env bash
# demo.sh [PHOTO]: enhance one photo with the native program and with the npm package in node, and compare.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { echo "demo: $1" >&2; exit 1; }

# A camera photo, CC0, from Debian's budgie-backgrounds, chosen because it is flat; one of the tests' where that is not installed.
photo=${1:-}
for candidate in /usr/share/backgrounds/budgie/perched-osprey.jpg tests/data/photos/canyon-wren.jpg; do
    [[ -n $photo ]] || { [[ -r $candidate ]] && photo=$candidate; }
done
[[ -r $photo ]] || die "no photo: give one, or install budgie-backgrounds"

limpid=build/bin/limpid
[[ -x $limpid ]] || tools/build.sh host-release:limpid_cli
if [[ ! -e js/dist/node.js || ! -e js/wasm/limpid-simd.wasm ]]; then
    tools/build.sh wasm-simd:limpid_wasm wasm-simd-threads:limpid_wasm
    tools/package.sh
fi

out=build/demo
mkdir -p "$out"
name=$(basename "$photo")
before=$out/before-$name
native=$out/after-native-$name
wasm=$out/after-wasm-$name
rm -f "$native" "$wasm"
cp -f "$photo" "$before"

echo "What limpid sees in $photo:"
"$limpid" explain --quiet "$before" | sed 's/^/    /'

"$limpid" enhance --quiet "$before" -o "$native"
node --input-type=module - "$before" "$wasm" <<'JS'
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
const { createEnhancer } = await import(pathToFileURL('js/dist/node.js').href);

const [source, target] = process.argv.slice(2);
const enhancer = await createEnhancer();
const { bytes } = await enhancer.enhance(await readFile(source));
await writeFile(target, bytes);
enhancer.dispose();
JS

digest() { sha256sum <"$1" | cut -d' ' -f1; }
native_digest=$(digest "$native")
wasm_digest=$(digest "$wasm")
cat <<END

before        $before
after native  $native
after wasm    $wasm

native sha256 $native_digest
wasm sha256   $wasm_digest
END
[[ $native_digest == "$wasm_digest" ]] || die "native and wasm differ"
echo "native sha256 == wasm sha256"
