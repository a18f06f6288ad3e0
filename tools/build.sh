#!/usr/bin/env bash
# Configure (when needed) and build presets of CMakePresets.json, whole or one target: tools/build.sh <preset>[:<target>]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Without this emcc goes through whatever python3 is first on PATH, which can cost more than the compiler.
export EMSDK_PYTHON=/usr/bin/python3

for wanted; do
    preset=${wanted%%:*}
    target=()
    [[ $wanted == *:* ]] && target=(--target "${wanted#*:}")
    case $preset in
        wasm-base) tools/step.sh "libraries wasm" tools/deps/build.sh wasm ;;
        wasm-*) tools/step.sh "libraries $preset" tools/deps/build.sh "$preset" ;;
        arm64-cross) tools/step.sh "libraries arm64" tools/deps/build.sh arm64 ;;
    esac
    # Ninja notices every change but one of the presets themselves.
    if [[ CMakePresets.json -nt build/$preset/build.ninja ]]; then
        tools/step.sh "configure $preset" cmake --preset "$preset"
        touch "build/$preset/build.ninja"
    fi
    tools/step.sh "build $preset" cmake --build --preset "$preset" -j "$(nproc)" "${target[@]}"
done
