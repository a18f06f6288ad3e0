#!/usr/bin/env bash
# Build the peers' programs in build/peers-root, where their libraries are, and make the photographs, when something changed:
# programs.sh [vips]. With `vips` that program alone and no photographs, for bench/service.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=build/peers-root
as_root=()
((EUID == 0)) || as_root=(sudo)

compile() { # peer, its flags, which a shell in there expands
    local source=bench/compare/native/$1_peer.cpp
    [[ $root/compare/$1_peer -nt $source && $root/compare/$1_peer -nt bench/compare/native/peer.hpp ]] && return
    tools/step.sh "compile $1 peer" "${as_root[@]}" chroot "$root" sh -c \
        "cd /compare && g++ -std=c++20 -O2 -Wall -o $1_peer $1_peer.cpp $2"
}

cp -p bench/compare/native/*.cpp bench/compare/native/peer.hpp bench/compare/{pillow_peer,outputs,plots}.py "$root/compare/"
# shellcheck disable=SC2016
compile vips '$(pkg-config --cflags --libs vips)'
[[ ${1:-} == vips ]] && exit
# Debian's opencv4.pc is in a package with all of OpenCV's modules, and what those need.
compile opencv "-I/usr/include/opencv4 -lopencv_photo -lopencv_imgcodecs -lopencv_imgproc -lopencv_core"
# shellcheck disable=SC2016
compile magick '$(pkg-config --cflags --libs MagickWand)'
tools/step.sh "photographs" /usr/bin/python3 bench/compare/photo.py "$root/compare"
