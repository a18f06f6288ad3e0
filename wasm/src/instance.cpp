#include <malloc.h>

#include <memory>
#include <string>
#include <utility>

#include <emscripten/heap.h>
#include <emscripten/val.h>

#include "bindings.hpp"
#include "guarded.hpp"
#include "limpid/cpu.hpp"
#include "limpid/version.hpp"
#include "runner.hpp"

namespace limpid::wasm {

using emscripten::val;

std::unique_ptr<TaskRunner>& runner() {
    static std::unique_ptr<TaskRunner> instance;
    return instance;
}

std::string version() { return LIMPID_VERSION_STRING; }

std::string cpu_tier() { return std::string(to_string(best_cpu_tier())); }

val memory_use() {
    val object = val::object();
    object.set("allocated_bytes", static_cast<std::size_t>(mallinfo().uordblks));
    object.set("heap_bytes", emscripten_get_heap_size());
    return object;
}

val set_threads(int threads) {
    return guarded([&]() -> Result<val> {
        auto pool = make_thread_pool(threads);
        if (!pool) return std::unexpected(pool.error());
        runner() = std::move(*pool);
        return val::object();
    });
}

}  // namespace limpid::wasm
