// libsodium's random source for WebAssembly, instead of its own one, which works only in the thread
// that called sodium_init() and takes microseconds a byte. getentropy() is crypto.getRandomValues()
// in a page, a worker and node alike, and ends the program where there is no such source: there is
// no weaker second choice.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "randombytes.h"

enum { kMaxEntropyBytes = 256 };  // getentropy() refuses more at once

static const char* name(void) { return "getentropy"; }

static void fill(void* const buffer, const size_t size) {
    unsigned char* bytes = buffer;
    for (size_t done = 0; done < size;) {
        const size_t left = size - done;
        const size_t chunk = left < kMaxEntropyBytes ? left : kMaxEntropyBytes;
        if (getentropy(bytes + done, chunk) != 0) {
            abort();
        }
        done += chunk;
    }
}

static uint32_t word(void) {
    uint32_t value;
    fill(&value, sizeof value);
    return value;
}

struct randombytes_implementation limpid_random_implementation = {
    .implementation_name = name,
    .random = word,
    .stir = NULL,
    .uniform = NULL,
    .buf = fill,
    .close = NULL,
};
