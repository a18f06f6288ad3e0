// snprintf() for the module that verifies (linked with --wrap=snprintf). Its only caller is the
// JSON parser, which describes control characters with it; the C library's own, which can print
// every kind of number, would be 3.7 kB of what pages fetch.

#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>

extern "C" int __wrap_snprintf(char* out, std::size_t size, const char* format, ...) {
    constexpr std::size_t kPrefix = 3;  // <U+
    constexpr std::size_t kDigits = 4;
    constexpr std::size_t kLength = kPrefix + kDigits + 1;
    // Whoever needs another format needs the C library's function.
    if (std::strcmp(format, "<U+%.4X>") != 0 || size <= kLength) std::abort();
    std::va_list arguments;
    va_start(arguments, format);
    const auto character = va_arg(arguments, unsigned);
    va_end(arguments);
    std::memcpy(out, "<U+0000>", kLength + 1);
    for (std::size_t i = 0; i < kDigits; ++i) {
        out[kPrefix + i] = "0123456789ABCDEF"[character >> (4 * (kDigits - 1 - i)) & 0xFU];
    }
    return static_cast<int>(kLength);
}
