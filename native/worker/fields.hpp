#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/limits.hpp"
#include "limpid/security/json.hpp"

namespace limpid::worker {

/// Reads the members of a JSON object that must be there, and remembers whether all were.
class Fields {
public:
    explicit Fields(security::JsonView object) : object_(object) {}

    [[nodiscard]] bool boolean(std::string_view name);
    /// A whole number in [min, max].
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
    /// A count: 0 to the largest whole number that JSON holds exactly.
    [[nodiscard]] std::uint64_t count(std::string_view name);
    [[nodiscard]] std::string text(std::string_view name);
    /// The members of an object whose values are all texts.
    [[nodiscard]] std::map<std::string, std::string, std::less<>> texts(std::string_view name);
    /// The value of an enumeration whose last one is `last`.
    template <class E>
    [[nodiscard]] E enumerator(std::string_view name, E last) {
        return static_cast<E>(integer(name, 0, static_cast<std::int64_t>(last)));
    }
    /// The same of a member that may be absent.
    template <class E>
    [[nodiscard]] std::optional<E> optional_enumerator(std::string_view name, E last) {
        if (!has(name)) return std::nullopt;
        return enumerator(name, last);
    }
    /// The members of an object within: `read(fields)` reads them all.
    template <class F>
    void object(std::string_view name, F&& read) {
        const auto member = take(name);
        if (!member) return;
        Fields fields(*member);
        read(fields);
        require(fields.all_read());
    }

    [[nodiscard]] bool has(std::string_view name) const { return object_.find(name).has_value(); }
    /// Counts as a wrong member when false.
    void require(bool condition) { ok_ = ok_ && condition; }
    /// True when every member asked for was there, with the right type and range, and no other was.
    [[nodiscard]] bool all_read() const { return ok_ && read_ == object_.size(); }

private:
    [[nodiscard]] std::optional<security::JsonView> take(std::string_view name);

    security::JsonView object_;
    std::size_t read_ = 0;
    bool ok_ = true;
};

/// What a message may be, its text and the objects within it.
struct ObjectLimits {
    std::uint64_t max_bytes = 0;
    std::uint64_t max_depth = 0;
};

/// Parse `json` and have `read` read its members; nothing when it is no object, or a member is
/// missing, wrong or one too many.
template <class T>
[[nodiscard]] std::optional<T> read_object(std::string_view json, const ObjectLimits& most,
                                           void (*read)(Fields&, T&)) {
    Limits limits;
    limits.max_json_bytes = most.max_bytes;
    limits.max_json_depth = most.max_depth;
    const auto document = security::parse_json_strict(json, limits);
    if (!document || document->root().type() != security::JsonType::object) return std::nullopt;
    Fields fields(document->root());
    T value;
    read(fields, value);
    if (!fields.all_read()) return std::nullopt;
    return value;
}

/// The largest whole number that JSON holds exactly, 2^53 - 1.
inline constexpr std::uint64_t kMaxCount = (std::uint64_t{1} << 53U) - 1;

}  // namespace limpid::worker
