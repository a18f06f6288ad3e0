#pragma once

#include <optional>

#include "doctor/subject.hpp"

namespace limpid::doctor {

/// Permission bits that a file of this role may have at most; nothing where no bit is asked for.
/// Checks judge by it, and fix_modes() sets it.
[[nodiscard]] std::optional<unsigned> allowed_mode(FileRole role) noexcept;

/// Does the file's place decide who may read it: below /run/secrets, or a credential of systemd?
[[nodiscard]] bool is_managed(const FileFacts& file);

}  // namespace limpid::doctor
