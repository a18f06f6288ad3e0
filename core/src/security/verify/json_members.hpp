#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace limpid::security {

/// Reads the members of an object and notices what does not fit: a missing member, another type, a
/// value out of range, a member nobody asked for. Ask for each member once, then ok().
class JsonMembers {
public:
    explicit JsonMembers(const nlohmann::json& object) : object_(object) {
        if (!object.is_object()) ok_ = false;
    }

    [[nodiscard]] std::string text(const char* name) {
        const auto* value = find(name);
        if (value == nullptr || !value->is_string()) return refuse<std::string>();
        return value->get<std::string>();
    }

    /// An integer in min..max.
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t min, std::int64_t max) {
        const auto* value = find(name);
        if (value == nullptr || !value->is_number_integer()) return refuse<std::int64_t>();
        // An unsigned number beyond int64 would come out negative.
        if (value->is_number_unsigned() &&
            value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
            return refuse<std::int64_t>();
        }
        const auto number = value->get<std::int64_t>();
        return number < min || number > max ? refuse<std::int64_t>() : number;
    }

    [[nodiscard]] std::vector<std::string> texts(const char* name) {
        const auto* value = find(name);
        if (value == nullptr || !value->is_array()) return refuse<std::vector<std::string>>();
        std::vector<std::string> all;
        for (const auto& item : *value) {
            if (!item.is_string()) return refuse<std::vector<std::string>>();
            all.push_back(item.get<std::string>());
        }
        return all;
    }

    [[nodiscard]] bool has(const char* name) const {
        return object_.is_object() && object_.contains(name);
    }

    /// Every member that was asked for was there.
    [[nodiscard]] bool all_there() const { return ok_; }
    /// And there was no other.
    [[nodiscard]] bool ok() const { return ok_ && object_.size() == asked_; }

private:
    const nlohmann::json* find(const char* name) {
        ++asked_;
        if (!object_.is_object()) return nullptr;
        const auto found = object_.find(name);
        return found == object_.end() ? nullptr : &*found;
    }
    template <class T>
    T refuse() {
        ok_ = false;
        return T{};
    }

    const nlohmann::json& object_;
    std::size_t asked_ = 0;
    bool ok_ = true;
};

}  // namespace limpid::security
