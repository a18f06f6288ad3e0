#include "peak_memory.hpp"

#ifdef __EMSCRIPTEN__
#include <emscripten/heap.h>
#else
#include <fstream>
#include <string>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace limpid::bench {

#ifdef __EMSCRIPTEN__

void reset_peak_memory() {}

double peak_memory_mb() { return static_cast<double>(emscripten_get_heap_size()) * 1e-6; }

#else

void reset_peak_memory() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    std::ofstream("/proc/self/clear_refs") << '5';  // proc(5): the peak becomes what is held now
}

double peak_memory_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        double kib = 0;
        if (word == "VmHWM:" && status >> kib) return kib * 1024e-6;
    }
    return 0;
}

#endif

}  // namespace limpid::bench
