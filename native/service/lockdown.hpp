#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/error.hpp"

// The lockdown file: how an operator shuts a running service within a second, without a restart and
// without its settings. {"mode":"deny","reason":"key leaked","since":"2026-01-31T09:05:00.250Z"}
namespace limpid::service {

enum class LockdownMode : std::uint8_t {
    off,
    read_only,  ///< what makes or changes something is refused; inspecting and analysing go on
    deny,       ///< every route but the public ones is refused
};

/// "off", "read-only" or "deny".
[[nodiscard]] std::string_view to_string(LockdownMode mode) noexcept;

/// How far a service is shut, since when, and why.
struct Lockdown {
    LockdownMode mode = LockdownMode::off;
    std::string reason = {};
    std::string since = {};

    bool operator==(const Lockdown&) const = default;
};

/// Read a lockdown file. One that is not there locks nothing.
/// @return io.unreadable, also when it is not understood or others may write it.
[[nodiscard]] Result<Lockdown> read_lockdown(const std::string& path);

/// Replace the file, in one step, with mode 0644: the service's account must be able to read it.
/// @return io.unwritable.
[[nodiscard]] Status write_lockdown(const std::string& path, const Lockdown& lockdown);

/// Follows a lockdown file.
class LockdownWatch {
public:
    LockdownWatch() = default;
    /// @param path  empty: never locked.
    explicit LockdownWatch(std::string path) : path_(std::move(path)) {}

    /// Read the file again. One that cannot be read locks everything: whoever wrote it wanted
    /// something to be shut. @return did anything change?
    [[nodiscard]] bool refresh();
    [[nodiscard]] const Lockdown& state() const noexcept { return state_; }

private:
    std::string path_;
    Lockdown state_;
};

}  // namespace limpid::service
