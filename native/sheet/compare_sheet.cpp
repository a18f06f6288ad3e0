#include "sheet/compare_sheet.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sheet/canvas.hpp"
#include "sheet/recipe_lines.hpp"

namespace limpid::sheet {
namespace {

constexpr int kMargin = 32;
constexpr int kGap = 24;
constexpr int kHeaderHeight = 76;
constexpr int kLabelHeight = 30;
constexpr int kHistogramHeight = 132;
constexpr int kRowHeight = 27;
constexpr int kNameColumn = 190;
constexpr int kAmountColumn = 330;

/// What is known before drawing.
struct Layout {
    int column_width = 0;
    int picture_height = 0;
    int width = 0;
    int histogram_y = 0;
    int list_y = 0;
    int height = 0;
    /// Left edges of the two columns.
    int left = kMargin, right = 0;
};

struct Lists {
    std::vector<CorrectionLine> made;
    std::string left_alone;
};

Lists lists_of(const Recipe& recipe) {
    Lists lists;
    for (CorrectionLine& line : correction_lines(recipe)) {
        if (!line.amounts.empty()) {
            lists.made.push_back(std::move(line));
        } else {
            lists.left_alone.append(lists.left_alone.empty() ? "" : " \xC2\xB7 ").append(line.name);
        }
    }
    return lists;
}

Layout layout_of(const ComparedPhoto& photo, const Lists& lists) {
    Layout layout;
    // Narrow photos get columns that still hold the words.
    layout.column_width = std::max(photo.before.width_px(), 560);
    layout.picture_height = photo.before.height_px();
    layout.width = 2 * kMargin + kGap + 2 * layout.column_width;
    layout.right = kMargin + layout.column_width + kGap;
    layout.histogram_y = kHeaderHeight + kLabelHeight + layout.picture_height + 12;
    layout.list_y = layout.histogram_y + kHistogramHeight + 28;
    const int rows = static_cast<int>(lists.made.size());
    layout.height = layout.list_y + rows * kRowHeight + (lists.left_alone.empty() ? 0 : 52) + 20;
    return layout;
}

std::string size_text(ImageSize size) {
    return std::to_string(size.width_px) + " \xC3\x97 " + std::to_string(size.height_px) + " px";
}

void draw_header(Canvas& canvas, const Layout& layout, const ComparedPhoto& photo) {
    const std::string size = size_text(photo.size);
    const int room = layout.width - 3 * kMargin - text_width_px(Face::text, size);
    canvas.text(kMargin, 50, Face::title, kBright, fitted(Face::title, photo.name, room));
    canvas.text_right(layout.width - kMargin, 50, Face::text, kFaint, size);
}

void draw_column(Canvas& canvas, const Layout& layout, int x, const char* label,
                 const Image& picture, const Histogram& histogram, double scale) {
    canvas.text(x, kHeaderHeight + 18, Face::strong, kText, label);
    const int inset = (layout.column_width - picture.width_px()) / 2;
    if (inset > 0) {
        canvas.fill({x, kHeaderHeight + kLabelHeight, layout.column_width, layout.picture_height},
                    kPanel);
    }
    canvas.picture(x + inset, kHeaderHeight + kLabelHeight, picture.view());
    draw_histogram(canvas, {x, layout.histogram_y, layout.column_width, kHistogramHeight},
                   histogram, scale);
}

void draw_list(Canvas& canvas, const Layout& layout, const Lists& lists) {
    const int reason_x = kMargin + kNameColumn + kAmountColumn;
    int y = layout.list_y + 14;
    for (const CorrectionLine& line : lists.made) {
        canvas.text(kMargin, y, Face::strong, kBright, line.name);
        canvas.text(kMargin + kNameColumn, y, Face::text, kText,
                    fitted(Face::text, line.amounts, kAmountColumn - kGap));
        canvas.text(reason_x, y, Face::text, kFaint,
                    fitted(Face::text, line.reason, layout.width - kMargin - reason_x));
        y += kRowHeight;
    }
    if (lists.left_alone.empty()) return;
    if (!lists.made.empty()) {
        canvas.fill({kMargin, y - 8, layout.width - 2 * kMargin, 1}, kLine);
        y += 20;
    }
    canvas.text(kMargin, y, Face::small, kFaint, "Left alone");
    canvas.text(kMargin + kNameColumn, y, Face::small, kFaint,
                fitted(Face::small, lists.left_alone, layout.width - 2 * kMargin - kNameColumn));
}

}  // namespace

Result<Image> compare_sheet(const ComparedPhoto& photo) {
    const Lists lists = lists_of(photo.recipe);
    const Layout layout = layout_of(photo, lists);
    auto canvas = Canvas::create(layout.width, layout.height);
    if (!canvas) return std::unexpected(std::move(canvas).error());
    draw_header(*canvas, layout, photo);
    const double scale =
        std::max(scale_of(photo.histogram_before), scale_of(photo.histogram_after));
    draw_column(*canvas, layout, layout.left, "Before", photo.before, photo.histogram_before,
                scale);
    draw_column(*canvas, layout, layout.right, "After", photo.after, photo.histogram_after, scale);
    draw_list(*canvas, layout, lists);
    return std::move(*canvas).take();
}

}  // namespace limpid::sheet
