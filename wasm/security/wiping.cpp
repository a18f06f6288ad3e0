// Replaces the C++ heap's way to free in this module: what has been used is overwritten first, so
// that no key, token or text that held one stays in memory that a page's scripts can read.

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include <emscripten/stack.h>

#include "security/wiping.hpp"

namespace {

void overwrite(void* bytes, std::size_t size) noexcept {
    std::memset(bytes, 0, size);
    // Nobody reads the zeros: without this the compiler would leave them out.
    asm volatile("" : : "r"(bytes) : "memory");
}

void wipe_and_free(void* block) noexcept {
    if (block == nullptr) return;
    overwrite(block, malloc_usable_size(block));
    std::free(block);
}

}  // namespace

void operator delete(void* block) noexcept { wipe_and_free(block); }
void operator delete[](void* block) noexcept { wipe_and_free(block); }
void operator delete(void* block, std::size_t) noexcept { wipe_and_free(block); }
void operator delete[](void* block, std::size_t) noexcept { wipe_and_free(block); }
void operator delete(void* block, std::align_val_t) noexcept { wipe_and_free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { wipe_and_free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { wipe_and_free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept {
    wipe_and_free(block);
}

namespace limpid::wasm {

[[gnu::noinline]] void wipe_stack() noexcept {
    // The stack grows downwards: everything below this frame was used by calls that have ended.
    // memset() keeps nothing there.
    auto* const end = reinterpret_cast<char*>(emscripten_stack_get_end());
    auto* const here = reinterpret_cast<char*>(emscripten_stack_get_current());
    if (here > end) overwrite(end, static_cast<std::size_t>(here - end));
}

}  // namespace limpid::wasm
