#include <algorithm>
#include <string>
#include <utility>

#include "sheet/canvas.hpp"
#include "sheet/compare_sheet.hpp"
#include "sheet/recipe_lines.hpp"

namespace limpid::sheet {
namespace {

constexpr int kSheetMargin = 32;
constexpr int kColumns = 2;
constexpr int kPairGap = 4;
constexpr int kCellGap = 32;
constexpr int kCaptionHeight = 58;
constexpr int kSheetHeaderHeight = 76;
constexpr int kCellWidth = 2 * kContactPicture.width_px + kPairGap;

/// Rows are as high as their highest picture.
std::vector<int> row_heights(const std::vector<ComparedPhoto>& photos) {
    std::vector<int> heights;
    for (std::size_t i = 0; i < photos.size(); ++i) {
        if (i % kColumns == 0) heights.push_back(0);
        heights.back() = std::max(heights.back(), photos[i].before.height_px());
    }
    return heights;
}

void draw_cell(Canvas& canvas, int x, int y, const ComparedPhoto& photo) {
    const int width = kContactPicture.width_px;
    const int height = photo.before.height_px();
    int column = x;
    for (const Image* picture : {&photo.before, &photo.after}) {
        const int inset = (width - picture->width_px()) / 2;
        if (inset > 0) canvas.fill({column, y, width, height}, kPanel);
        canvas.picture(column + inset, y, picture->view());
        column += width + kPairGap;
    }
    canvas.text(x, y + height + 22, Face::strong, kText,
                fitted(Face::strong, photo.name, kCellWidth));
    canvas.text(x, y + height + 42, Face::small, kFaint,
                fitted(Face::small, active_names(photo.recipe), kCellWidth));
}

}  // namespace

Result<Image> contact_sheet(const std::vector<ComparedPhoto>& photos) {
    if (photos.empty() || photos.size() > kMaxContactPhotos) {
        return fail(ErrorCode::argument_invalid, std::to_string(photos.size()) +
                                                     " photos; a contact sheet shows 1 to " +
                                                     std::to_string(kMaxContactPhotos));
    }
    const std::vector<int> heights = row_heights(photos);
    int height = kSheetHeaderHeight + kSheetMargin;
    for (const int row : heights) height += row + kCaptionHeight;
    auto canvas = Canvas::create(2 * kSheetMargin + kColumns * kCellWidth + kCellGap, height);
    if (!canvas) return std::unexpected(std::move(canvas).error());

    canvas->text(kSheetMargin, 50, Face::title, kBright, "Before and after");
    canvas->text_right(canvas->view().width_px - kSheetMargin, 50, Face::text, kFaint,
                       std::to_string(photos.size()) + " photos");
    int y = kSheetHeaderHeight;
    for (std::size_t row = 0; row < heights.size(); ++row) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            const std::size_t i = row * kColumns + column;
            if (i == photos.size()) break;
            const int x = kSheetMargin + static_cast<int>(column) * (kCellWidth + kCellGap);
            draw_cell(*canvas, x, y, photos[i]);
        }
        y += heights[row] + kCaptionHeight;
    }
    return std::move(*canvas).take();
}

}  // namespace limpid::sheet
