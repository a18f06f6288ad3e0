#pragma once

namespace limpid::wasm {

/// Overwrite the part of the stack that calls before this one used.
void wipe_stack() noexcept;

}  // namespace limpid::wasm
