#pragma once

#include <memory>

#include "limpid/run.hpp"

namespace limpid::wasm {

/// The pool lives as long as the instance: its threads are web workers, expensive to start, and
/// starting one needs the event loop, which a running call does not reach.
[[nodiscard]] std::unique_ptr<TaskRunner>& runner();

}  // namespace limpid::wasm
