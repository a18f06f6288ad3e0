#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"

namespace limpid::doctor {

/// Names of the files in a git index (gitformat-index(5), versions 2 to 4), from the top of the
/// working tree. Read here and not by git, which runs what a repository's own configuration says.
/// @return config.unreadable_file for another format, or more than 200,000 files. Safe for hostile
///         input.
[[nodiscard]] Result<std::vector<std::string>> read_git_index(std::string_view index);

/// The folder that holds .git, at `folder` or above; empty when there is none.
[[nodiscard]] std::string find_repository(const std::string& folder);

/// Path of the index of the repository at `top`; a file .git names another folder (worktrees and
/// submodules). Empty when there is none.
[[nodiscard]] std::string index_path(const std::string& top);

}  // namespace limpid::doctor
