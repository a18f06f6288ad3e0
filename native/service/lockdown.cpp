#include "service/lockdown.hpp"

#include <cerrno>
#include <optional>
#include <span>

#include <sys/stat.h>

#include "limpid/security/json.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::service {
namespace {

constexpr platform::ReadLimit kLockdownLimit{.max_bytes = 4096,
                                             .limit_name = "the size of a lockdown file",
                                             .too_large = ErrorCode::io_unreadable};

std::optional<LockdownMode> mode_of(std::string_view text) {
    for (const auto mode : {LockdownMode::off, LockdownMode::read_only, LockdownMode::deny}) {
        if (to_string(mode) == text) return mode;
    }
    return std::nullopt;
}

std::string member_text(const security::JsonView& object, std::string_view name) {
    const auto member = object.find(name);
    const auto text = member ? member->as_string() : std::nullopt;
    return std::string(text.value_or(""));
}

}  // namespace

std::string_view to_string(LockdownMode mode) noexcept {
    switch (mode) {
        case LockdownMode::off:
            return "off";
        case LockdownMode::read_only:
            return "read-only";
        case LockdownMode::deny:
            break;
    }
    return "deny";
}

Result<Lockdown> read_lockdown(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return Lockdown();
        return fail(ErrorCode::io_unreadable, platform::describe_errno(path, errno));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::io_unreadable,
                    platform::printable(path) + ": others than its owner can write it");
    }
    const auto bytes = platform::read_file(path, kLockdownLimit);
    if (!bytes) return std::unexpected(bytes.error());
    const auto document =
        security::parse_json_strict({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    if (!document) return std::unexpected(document.error());
    const auto mode = mode_of(member_text(document->root(), "mode"));
    if (!mode) {
        return fail(ErrorCode::io_unreadable, platform::printable(path) + ": it has no mode");
    }
    return Lockdown{.mode = *mode,
                    .reason = platform::printable(member_text(document->root(), "reason")),
                    .since = platform::printable(member_text(document->root(), "since"))};
}

Status write_lockdown(const std::string& path, const Lockdown& lockdown) {
    const std::string text = R"({"mode":)" + security::canonical_string(to_string(lockdown.mode)) +
                             R"(,"reason":)" + security::canonical_string(lockdown.reason) +
                             R"(,"since":)" + security::canonical_string(lockdown.since) + "}\n";
    return platform::write_file(path, std::as_bytes(std::span(text)), {.mode = 0644});
}

bool LockdownWatch::refresh() {
    if (path_.empty()) return false;
    auto read = read_lockdown(path_);
    Lockdown now =
        read ? *std::move(read)
             : Lockdown{.mode = LockdownMode::deny, .reason = "the lockdown file cannot be read"};
    if (now == state_) return false;
    state_ = std::move(now);
    return true;
}

}  // namespace limpid::service
