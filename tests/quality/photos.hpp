#pragma once

#include <string>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/image.hpp"

namespace limpid::quality {

/// One photograph.
struct Photo {
    std::string name;
    int jpeg_quality = 0;
    /// Made small by exact box means: rgb8, at most 512 px on its longer side.
    Image pixels;
    /// The middle as it is: rgb8, at most 512 px a side.
    Image detail;
};

/// Every JPEG, PNG and WebP file of a folder, by name. Files that limpid does not read are an
/// error: the figures must be of all that was asked for.
[[nodiscard]] Result<std::vector<Photo>> read_photos(const std::string& folder);

/// The photo in another light: every channel times its gain in linear light, clipped as a sensor
/// clips.
[[nodiscard]] Image relit(const ImageView& photo, double red, double green, double blue);

}  // namespace limpid::quality
