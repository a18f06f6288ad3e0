#!/usr/bin/env bash
# Build the third-party libraries for targets that have no Debian packages: tools/deps/build.sh <variant>...
# Variants: wasm, wasm-simd, wasm-simd-threads, arm64. The result is build/deps/<variant>/{include,lib};
# a second run does nothing unless a version, a flag or a file of this folder has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/versions.env
export EMSDK_PYTHON=/usr/bin/python3

deps=$PWD/build/deps
say() { printf 'deps: %s\n' "$*"; }
die() { printf 'deps: error: %s\n' "$*" >&2; exit 1; }

upstream() { # 1:1.3.dfsg+really1.3.1-1 -> 1.3.1
    local v=${1#*:}
    v=${v%-*}
    printf '%s' "${v##*really}"
}

# Source versions worth trying, best first: what the native build links against, then others of the same upstream
# version, listed or, because a mirror's index can be ahead of what it carries, earlier by Debian's count.
# (Debian's revisions change no output bytes.)
candidates() { # source package, development package, upstream version or empty
    {
        dpkg-query -W -f '${source:Version}\n' "$2"
        apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -rVu
    } | while read -r version; do
        printf '%s\n' "$version"
        [[ $version =~ ^(.+)\+deb([0-9]+)u([0-9]+)$ ]] || continue
        for ((update = BASH_REMATCH[3] - 1; update > 0; --update)); do
            printf '%s+deb%su%s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "$update"
        done
        printf '%s\n' "${BASH_REMATCH[1]}"
    done | awk '!seen[$0]++' | while read -r version; do
        [[ -z $3 || $(upstream "$version") == "$3" ]] && printf '%s\n' "$version"
    done || true
}

# apt checks what its index lists.
fetch_listed() { # source package, version
    apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root source --download-only "$1=$2" &&
        dpkg-source --no-check -x ./*.dsc tree
}

# What no index lists is taken only with a valid signature of a Debian developer (debian-keyring).
fetch_signed() { # source package, version
    local folder repository name=$1_${2#*:}.dsc digest file
    folder=$(apt-cache showsrc --only-source "$1" | sed -n 's/^Directory: //p' | grep -m1 '^pool/main/') || return
    while read -r repository; do
        get "$repository$folder/$name" || continue
        while read -r digest file; do
            get "$repository$folder/$file" "SHA256:$digest" || continue 2
        done < <(sed -n '/^Checksums-Sha256:/,/^[^ ]/s/^ \([0-9a-f]\{64\}\) [0-9]* \(.*\)/\1 \2/p' "$name")
        dpkg-source --require-valid-signature -x "$name" tree && return
    done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Sources' | sort -u)
    return 1
}

get() { # address, digest: into this folder; a + in a file name is not one in an address
    /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "${1//+/%2b}" "${1##*/}" "${@:2}"
}

fetch() { # source package, development package, upstream version or empty -> build/deps/src/<source package>
    local target=$deps/src/$1 work=$deps/src/.fetch version way
    : >"$deps/src/$1.log"
    while read -r version; do
        [[ ! -e $target/.version || $(<"$target/.version") != "$version" ]] || return 0
        for way in fetch_listed fetch_signed; do
            rm -rf "$work"
            mkdir -p "$work"
            (cd "$work" && "$way" "$1" "$version") >>"$deps/src/$1.log" 2>&1 || continue
            rm -rf "$target"
            mv "$work/tree" "$target"
            rm -rf "$work"
            printf '%s' "$version" >"$target/.version"
            say "source of $1 $version"
            return
        done
    done < <(candidates "$@")
    die "no source package $1 $3 (tools/versions.env) from this machine's apt sources: run tools/setup.sh; see $deps/src/$1.log"
}

fetch_all() {
    mkdir -p "$deps/src"
    fetch libsodium libsodium-dev "$LIBSODIUM_VERSION"
    fetch zlib zlib1g-dev "$ZLIB_VERSION"
    fetch libpng1.6 libpng-dev "$LIBPNG_VERSION"
    fetch libjpeg-turbo libjpeg62-turbo-dev "$LIBJPEG_TURBO_VERSION"
    fetch libwebp libwebp-dev "$LIBWEBP_VERSION"
    fetch benchmark libbenchmark-dev ''
}

# Versions (but of what only tests read, which changes as Debian's testing does), flags and sources; and Debian's revisions, so that a security update arrives here too.
key_of() {
    {
        printf '%s\n' "$1"
        sed '/^WYCHEPROOF_TESTING_VERSION=/d' tools/versions.env
        cat tools/cmake/LimpidAbi.cmake tools/cmake/arm64-toolchain.cmake \
            tools/deps/CMakeLists.txt tools/deps/*.cmake tools/deps/sodium_random.*
        # shellcheck disable=SC2016 # dpkg's own variable
        dpkg-query -W -f '${source:Version}\n' libsodium-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libwebp-dev libbenchmark-dev
    } | sha256sum
}

is_current() { [[ -e $deps/$1/stamp && $(<"$deps/$1/stamp") == "$(key_of "$1")" ]]; }

build() {
    local variant=$1 options=() prefix=$deps/$1 work=$deps/.build-$1 start=$SECONDS
    local toolchain=/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake
    case $variant in
        wasm) ;;
        wasm-simd) options=(-DLIMPID_WASM_SIMD=ON) ;;
        wasm-simd-threads) options=(-DLIMPID_WASM_SIMD=ON -DLIMPID_WASM_THREADS=ON) ;;
        arm64) toolchain=$PWD/tools/cmake/arm64-toolchain.cmake ;;
        *) die "unknown variant '$variant'" ;;
    esac
    ! is_current "$variant" || return 0 # another process has just built it
    say "building for $variant"
    fetch_all
    rm -rf "$work"
    {
        cmake -S tools/deps -B "$work" -G Ninja -Wno-dev -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DCMAKE_BUILD_TYPE=Release \
            -DCMAKE_INSTALL_PREFIX="$work/installed" -DLIMPID_DEPS_SOURCES="$deps/src" "${options[@]}" &&
            cmake --build "$work" -j "$(nproc)" && cmake --install "$work"
    } >"$deps/$variant.log" 2>&1 || { tail -n 40 "$deps/$variant.log" >&2; die "build for $variant failed, see $deps/$variant.log"; }
    key_of "$variant" >"$work/installed/stamp"
    # Another build may be using the old libraries: they stay until these are complete.
    rm -rf "$prefix"
    mv "$work/installed" "$prefix"
    rm -rf "$work"
    say "$variant ready in $((SECONDS - start)) s"
}

(($#)) || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
todo=()
for variant; do is_current "$variant" || todo+=("$variant"); done
((${#todo[@]})) || exit 0
mkdir -p "$deps"
exec 9>"$deps/.lock"
flock 9 # one at a time
for variant in "${todo[@]}"; do build "$variant"; done
