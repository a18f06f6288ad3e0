#!/usr/bin/env bash
# What the compiler makes of a kernel, for every target that is built: bench/asm.sh <kernel>
#   bench/asm.sh              lists the kernels
#   bench/asm.sh colour_rgb8  leaves build/asm/colour_rgb8/<target>.{s,stmt,ll}, and prints the innermost loops of the x86-64 targets
# The .stmt file is the program that Halide lowered the generator to; .ll is what LLVM was given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

generators=build/bin/limpid_generators
lists=(build/*/halide-generators/kernels.txt)
[[ -x $generators && -f ${lists[0]} ]] || { echo 'asm: nothing is built yet: run make build' >&2; exit 1; }

if (($# != 1)); then
    awk '$1 == "kernel" { print $2 }' "${lists[@]}" | sort -u
    exit
fi
kernel=$1
read -r generator params < <(awk -v name="$kernel" '$1 == "kernel" && $2 == name { $1 = $2 = ""; print; exit }' "${lists[@]}") || {
    echo "asm: there is no kernel $kernel; bench/asm.sh lists them" >&2
    exit 1
}

folder=build/asm/$kernel
rm -rf "$folder"
mkdir -p "$folder"
mapfile -t targets < <(awk '$1 == "target" { print $2 }' "${lists[@]}" | sort -u)
for target in "${targets[@]}"; do
    # shellcheck disable=SC2086 # parameters are words
    "$generators" -g "$generator" -f "limpid_$kernel" -n "$target" -o "$folder" -e assembly,stmt,llvm_assembly \
        target="$target-no_runtime" $params
    [[ $target == x86* ]] && python3 bench/loops.py "$folder/$target.s"
done
echo "in $folder"
