#pragma once

#include <string>
#include <vector>

#include "doctor/subject.hpp"

namespace limpid::doctor {

/// Take away the permissions that files may not have (file_modes.hpp): never gives one, and changes
/// nothing else. A symbolic link anywhere in the path, a file with several names, and what is no
/// file or folder is left alone, and so are files whose place decides (is_managed()).
/// @return what was done and what could not be, a line each: "chmod 0600 PATH", "left PATH: …".
[[nodiscard]] std::vector<std::string> fix_modes(const std::vector<FileFacts>& files);

}  // namespace limpid::doctor
