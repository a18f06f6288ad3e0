#pragma once

#include <new>
#include <utility>

#include <emscripten/val.h>

#include "common/values.hpp"
#include "limpid/error.hpp"

namespace limpid::wasm {

/// Runs `call` (a function returning Result<val>). The library throws nothing, but operator new
/// does when memory is out, and so do JavaScript's own allocations.
template <class Call>
emscripten::val guarded(const Call& call) {
    ErrorCode thrown = ErrorCode::internal_failure;
    try {
        Result<emscripten::val> result = call();
        return result ? std::move(*result) : failure(result.error());
    } catch (const std::bad_alloc&) {
        thrown = ErrorCode::memory_exhausted;
    } catch (...) {
        thrown = ErrorCode::internal_failure;
    }
    emscripten::val object = failure(Error(thrown));
    object.set("unusable", true);
    return object;
}

}  // namespace limpid::wasm
