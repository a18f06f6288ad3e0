#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "doctor/gather.hpp"

// The parts of gather().
namespace limpid::doctor {

/// Text of a regular file of at most `max_bytes`; nothing when there is none. @return
/// io.unreadable.
[[nodiscard]] Result<std::optional<std::string>> read_text(const std::string& path,
                                                           std::uint64_t max_bytes = 1U << 20U);

/// A path of the settings as it is found below GatherOptions::root.
[[nodiscard]] std::string rooted(const GatherOptions& options, const std::string& path);

/// The text of a setting that may not exist in this version; empty then, and when settings are
/// missing.
[[nodiscard]] std::string setting_text(const Subject& subject, std::string_view name);

/// Add what is at `path` to the subject's files, when something is.
void add_file(Subject& subject, FileRole role, const std::string& path);

[[nodiscard]] MachineFacts gather_machine();
void gather_config(Subject& subject, const GatherOptions& options);
void gather_credentials(Subject& subject, const GatherOptions& options, GatherWorld& world);
void gather_files(Subject& subject, const GatherOptions& options);
void gather_repository(Subject& subject, const GatherOptions& options);
void gather_network(Subject& subject);
[[nodiscard]] SandboxFacts gather_sandbox(const std::string& program);
[[nodiscard]] Status gather_tls(Subject& subject, const GatherOptions& options);
[[nodiscard]] Status gather_license(Subject& subject, const GatherOptions& options);
[[nodiscard]] Status gather_deploy(Subject& subject, const GatherOptions& options);

}  // namespace limpid::doctor
