#include "worker/fields.hpp"

namespace limpid::worker {

std::optional<security::JsonView> Fields::take(std::string_view name) {
    auto member = object_.find(name);
    require(member.has_value());
    if (member) ++read_;
    return member;
}

bool Fields::boolean(std::string_view name) {
    const auto member = take(name);
    const auto value = member ? member->as_boolean() : std::nullopt;
    require(value.has_value());
    return value.value_or(false);
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto member = take(name);
    const auto value = member ? member->as_integer() : std::nullopt;
    require(value && *value >= min && *value <= max);
    return ok_ ? *value : min;
}

std::uint64_t Fields::count(std::string_view name) {
    return static_cast<std::uint64_t>(integer(name, 0, static_cast<std::int64_t>(kMaxCount)));
}

std::string Fields::text(std::string_view name) {
    const auto member = take(name);
    const auto value = member ? member->as_string() : std::nullopt;
    require(value.has_value());
    return std::string(value.value_or(""));
}

std::map<std::string, std::string, std::less<>> Fields::texts(std::string_view name) {
    std::map<std::string, std::string, std::less<>> texts;
    const auto member = take(name);
    require(member && member->type() == security::JsonType::object);
    if (!ok_) return texts;
    for (const std::string_view key : member->names()) {
        const auto value = member->find(key)->as_string();
        require(value.has_value());
        texts.emplace(key, value.value_or(""));
    }
    return texts;
}

}  // namespace limpid::worker
