#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "limpid/error.hpp"

namespace limpid::platform {

/// True for a folder that can be reached.
[[nodiscard]] bool is_folder(const std::string& path);

/// Paths of the files directly in a folder whose names end in .jpg, .jpeg, .png or .webp (in any
/// case) and do not begin with a point, sorted by their bytes.
/// @param max_files  more are an error, so that a huge folder costs little.
/// @return io.unreadable.
[[nodiscard]] Result<std::vector<std::string>> list_images(const std::string& folder,
                                                           std::size_t max_files);

}  // namespace limpid::platform
