#pragma once

#include <string>
#include <vector>

#include "limpid/image.hpp"
#include "limpid/recipe.hpp"
#include "limpid/resize.hpp"
#include "sheet/histogram.hpp"

namespace limpid::sheet {

/// One photo for a sheet: small pictures, and the numbers of the full ones.
struct ComparedPhoto {
    /// File name, without control characters.
    std::string name;
    ImageSize size;
    Recipe recipe;
    /// Both of one size, as large as they will be shown.
    Image before, after;
    Histogram histogram_before, histogram_after;
};

/// The largest picture that each kind of sheet shows.
inline constexpr ImageSize kComparePicture = {768, 768};
inline constexpr ImageSize kContactPicture = {372, 279};
/// Photos of one contact sheet: more would be higher than an image can be.
inline constexpr int kMaxContactPhotos = 80;

/// A sheet for one photo: both pictures, their histograms on one scale, and what was corrected.
/// @return rgb8; memory.exhausted.
[[nodiscard]] Result<Image> compare_sheet(const ComparedPhoto& photo);

/// A sheet for many photos, in two columns.
/// @param photos  1 .. kMaxContactPhotos.
[[nodiscard]] Result<Image> contact_sheet(const std::vector<ComparedPhoto>& photos);

}  // namespace limpid::sheet
