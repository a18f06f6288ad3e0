#!/usr/bin/env bash
# consumers.sh BUILD_FOLDER WORK_FOLDER: install a build, then build and run examples/cpp against nothing but
# what was installed, found with CMake and found with pkg-config.
set -euo pipefail
build=$1
work=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

rm -rf "$work"
mkdir -p "$work"
prefix=$work/prefix
log=$work/log

step() {
    echo "install: $1"
    local what=$1
    shift
    "$@" >"$log" 2>&1 || { cat "$log" >&2; echo "install: failed: $what" >&2; exit 1; }
}
fail() { echo "install: $1" >&2; exit 1; }

step "install into $prefix" "$CMAKE" --install "$build" --prefix "$prefix"

# A copy elsewhere, so that no relative path leads back into the source tree.
cp -r "$source/examples/cpp" "$work/consumer"
step "configure with find_package(limpid)" "$CMAKE" -S "$work/consumer" -B "$work/cmake" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
grep -q "^limpid_DIR:PATH=$prefix/" "$work/cmake/CMakeCache.txt" || fail "another limpid was found"
step "build with CMake" "$CMAKE" --build "$work/cmake"

# limpid.pc finds its prefix from where it lies.
pc=$(dirname "$(find "$prefix" -name limpid.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs limpid)
# shellcheck disable=SC2086  # several words
step "build with pkg-config" "$CXX" -std=c++23 "$work/consumer/enhance.cpp" -o "$work/with-pkg-config" $flags
libraries=$(dirname "$pc")

photo=$work/photo.png
"$PYTHON" -B -c '
import sys
sys.path.insert(0, sys.argv[1])
import images
sys.stdout.buffer.write(images.photo_png(301, 203))' "$source/tests/blackbox" >"$photo"

expected=$("$prefix/bin/limpid" enhance "$photo" -o - --quiet | sha256sum | cut -d' ' -f1)
changed() { cmp -s "$photo" "$1" && fail "$1 is the photo, not enhanced"; return 0; }
for consumer in cmake/enhance with-pkg-config; do
    echo "install: run $consumer"
    found=$(LD_LIBRARY_PATH=$libraries "$work/$consumer" "$photo" "$work/out.png")
    [[ $found == "$expected" ]] || fail "$consumer printed '$found', the installed program gives '$expected'"
    [[ $(sha256sum <"$work/out.png") == "$expected  -" ]] || fail "$consumer wrote another file than it says"
    changed "$work/out.png"
    rm "$work/out.png"
done

# Errors arrive as values, on the other side of the shared library too.
if message=$("$work/cmake/enhance" /dev/null "$work/out.png" 2>&1); then fail "an empty file was enhanced"; fi
[[ $message == "image.empty: "* ]] || fail "an empty file gave '$message'"
[[ ! -e $work/out.png ]] || fail "an error left an output"
echo "install: passed"
