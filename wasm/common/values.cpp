#include "common/values.hpp"

#include <cmath>
#include <new>

namespace limpid::wasm {

using emscripten::typed_memory_view;
using emscripten::val;

val failure(const Error& error) {
    val object = val::object();
    object.set("error", to_js(error));
    return object;
}

std::unexpected<Error> expected(std::string_view what, std::string_view name) {
    return fail(ErrorCode::argument_invalid, "Expected " + std::string(what) + " for " +
                                                 std::string(name) +
                                                 " but received something else");
}

Status read_double(const val& options, const char* name, double& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isNumber()) return expected("a number", name);
    out = member.as<double>();
    if (!std::isfinite(out)) return expected("a finite number", name);
    return {};
}

Status read_integer(const val& options, const char* name, std::int64_t min, std::int64_t max,
                    std::int64_t& out) {
    auto value = static_cast<double>(out);
    if (auto read = read_double(options, name, value); !read) return read;
    if (value != std::floor(value) || value < static_cast<double>(min) ||
        value > static_cast<double>(max)) {
        return expected("an integer from " + std::to_string(min) + " to " + std::to_string(max),
                        name);
    }
    out = static_cast<std::int64_t>(value);
    return {};
}

Status read_bool(const val& options, const char* name, bool& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isTrue() && !member.isFalse()) return expected("true or false", name);
    out = member.isTrue();
    return {};
}

Status read_text(const val& options, const char* name, std::string& out) {
    const val member = options[name];
    if (member.isUndefined()) return {};
    if (!member.isString()) return expected("a string", name);
    out = member.as<std::string>();
    return {};
}

Result<InputBytes> InputBytes::copy_of(const val& bytes) {
    if (!bytes.instanceof(val::global("Uint8Array"))) return expected("a Uint8Array", "bytes");
    const auto size = bytes["length"].as<double>();
    InputBytes copy;
    if (size == 0) return copy;
    if (size > static_cast<double>(SIZE_MAX)) return fail(ErrorCode::memory_exhausted);
    copy.size_ = static_cast<std::size_t>(size);
    copy.data_.reset(new (std::nothrow) std::byte[copy.size_]);
    if (copy.data_ == nullptr) {
        return fail(ErrorCode::memory_exhausted, std::to_string(copy.size_) + " bytes of input");
    }
    auto* const first = reinterpret_cast<std::uint8_t*>(copy.data_.get());
    val(typed_memory_view(copy.size_, first)).call<void>("set", bytes);
    return copy;
}

val to_uint8_array(std::span<const std::byte> bytes) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return val::global("Uint8Array").new_(typed_memory_view(bytes.size(), first));
}

val uint8_array_of(std::size_t size, const val& spare) {
    const auto wanted = static_cast<double>(size);
    const bool fits = spare.instanceof(val::global("Uint8Array")) &&
                      spare["byteLength"].as<double>() == wanted &&
                      spare["buffer"]["byteLength"].as<double>() == wanted;
    return fits ? spare : val::global("Uint8Array").new_(wanted);
}

val to_uint8_array(std::span<const std::byte> bytes, const val& spare) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    val array = uint8_array_of(bytes.size(), spare);
    array.call<void>("set", val(typed_memory_view(bytes.size(), first)));
    return array;
}

val to_js(const Error& error) {
    val object = val::object();
    object.set("code", std::string(error.code()));
    object.set("found", error.found());
    return object;
}

Result<Limits> read_limits(const val& options) {
    Limits limits;
    const val given = options["limits"];
    if (given.isUndefined()) return limits;
    const val names = val::global("Object").call<val>("keys", given);
    const auto count = names["length"].as<unsigned>();
    for (unsigned i = 0; i < count; ++i) {
        const auto name = names[i].as<std::string>();
        std::int64_t value = -1;
        if (auto read = read_integer(given, name.c_str(), 0, kMaxSafeInteger, value); !read) {
            return std::unexpected(read.error());
        }
        if (auto set = set_limit(limits, name, static_cast<std::uint64_t>(value)); !set) {
            return std::unexpected(set.error());
        }
    }
    return limits;
}

}  // namespace limpid::wasm
