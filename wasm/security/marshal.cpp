#include "security/marshal.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace limpid::wasm {

using emscripten::typed_memory_view;
using emscripten::val;
using security::UnixSeconds;

namespace {

// What JavaScript's Date can hold, in seconds.
constexpr std::int64_t kMaxSeconds = 8'640'000'000'000;

}  // namespace

Result<val> refused(const Error& error) {
    switch (error.id()) {
        case ErrorCode::argument_invalid:
        case ErrorCode::memory_exhausted:
        case ErrorCode::internal_failure:
            return std::unexpected(error);
        default:
            break;
    }
    val object = val::object();
    object.set("refused", to_js(error));
    return object;
}

Result<UnixSeconds> read_now(const val& options) {
    std::optional<UnixSeconds> now;
    if (auto read = read_moment(options, "now", now); !read) return std::unexpected(read.error());
    if (!now) return expected("a time", "now");
    return *now;
}

Status read_moment(const val& options, const char* name, std::optional<UnixSeconds>& out) {
    if (options[name].isUndefined()) return {};
    std::int64_t seconds = 0;
    if (auto read = read_integer(options, name, -kMaxSeconds, kMaxSeconds, seconds); !read) {
        return read;
    }
    out = UnixSeconds{seconds};
    return {};
}

Result<std::vector<val>> read_array(const val& options, const char* name, unsigned max) {
    const val array = options[name];
    if (!array.isArray()) return expected("an array", name);
    const auto count = array["length"].as<unsigned>();
    if (count > max) return expected("at most " + std::to_string(max) + " elements", name);
    std::vector<val> elements;
    for (unsigned i = 0; i < count; ++i) elements.push_back(array[i]);
    return elements;
}

Status read_texts(const val& options, const char* name, std::vector<std::string>& out) {
    constexpr unsigned kMaxTexts = 1024;
    if (options[name].isUndefined()) return {};
    const auto elements = read_array(options, name, kMaxTexts);
    if (!elements) return std::unexpected(elements.error());
    out.clear();
    for (const val& element : *elements) {
        if (!element.isString()) return expected("an array of strings", name);
        out.push_back(element.as<std::string>());
    }
    return {};
}

void CallerRandom::fill(std::span<std::byte> bytes) noexcept {
    auto* const first = reinterpret_cast<std::uint8_t*>(bytes.data());
    fill_array_(val(typed_memory_view(bytes.size(), first)));
}

void set_moment(val& object, const char* name, const std::optional<UnixSeconds>& moment) {
    if (moment) object.set(name, static_cast<double>(moment->value));
}

val to_js(const security::SignatureInfo& signature) {
    val object = val::object();
    object.set("key_id", security::to_string(signature.key_id));
    object.set("purpose", signature.purpose);
    object.set("issued_at", static_cast<double>(signature.issued_at.value));
    set_moment(object, "expires_at", signature.expires_at);
    if (signature.counter) object.set("counter", static_cast<double>(*signature.counter));
    return object;
}

}  // namespace limpid::wasm
