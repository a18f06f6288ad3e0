#!/usr/bin/env bash
# Install what bench/compare measures limpid beside: tools/peers.sh [vips]. Quick when it is there.
#   vips   only libvips and a compiler, which is all that bench/service needs
# libvips-dev and libopencv-dev cannot be installed beside the mixed toolchain of Debian 12, and have no business on a
# machine that only builds limpid. So Debian's peers live in a Debian 13 of their own, build/peers-root, on every machine;
# `rm -r build/peers-root` (as root) takes them away. npm's are in bench/compare/node_modules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=build/peers-root

vips_packages=(g++ pkg-config libvips-dev)
other_packages=(
    libopencv-imgproc-dev libopencv-photo-dev libopencv-imgcodecs-dev libmagickwand-7.q16-dev
    python3-pil python3-matplotlib
)
case "${1:-}" in
    '') packages=("${vips_packages[@]}" "${other_packages[@]}") ;;
    vips) packages=("${vips_packages[@]}") ;;
    *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac

die() { printf 'peers: error: %s\n' "$*" >&2; exit 1; }
as_root=()
((EUID == 0)) || as_root=(sudo)

[[ $(dpkg --print-architecture) == amd64 ]] || die "the peers are compared on x86-64 only"

mirror() { # where this machine takes Debian 13 from, or else its Debian 12
    local suite targets
    targets=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages')
    for suite in trixie bookworm; do sed -n "s/^$suite //p" <<<"$targets"; done | awk 'NR == 1'
}

make_root() {
    local from
    command -v debootstrap >/dev/null ||
        tools/step.sh "install debootstrap" "${as_root[@]}" apt-get -qq -y --no-install-recommends install debootstrap
    from=$(mirror)
    [[ -n $from ]] || die "no Debian mirror among this machine's apt sources"
    tools/step.sh "debootstrap" "${as_root[@]}" debootstrap --force-check-gpg --variant=minbase trixie "$root" "$from"
}

install_packages() {
    tools/step.sh "peers update" "${as_root[@]}" chroot "$root" apt-get -qq update
    tools/step.sh "peers install" "${as_root[@]}" chroot "$root" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends -o Acquire::Retries=3 install "${packages[@]}"
}

[[ -e $root/debootstrap || ! -e $root/etc/debian_version ]] && { "${as_root[@]}" rm -rf "$root"; make_root; }
is_installed() { # all of $packages, by what was installed before
    local package installed
    installed=" $(cat "$root/packages" 2>/dev/null) "
    for package in "${packages[@]}"; do [[ $installed == *" $package "* ]] || return 1; done
}
if ! is_installed; then
    install_packages
    printf ' %s' "${packages[@]}" | "${as_root[@]}" tee -a "$root/packages" >/dev/null
fi
# Photographs, programs and results, where the Debian above sees them too.
[[ -w $root/compare ]] || "${as_root[@]}" install -d -o "$(id -u)" -g "$(id -g)" "$root/compare"
[[ ${1:-} == vips ]] || tools/npm.sh bench/compare
