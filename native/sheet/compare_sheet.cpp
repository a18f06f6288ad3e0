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
/// Of the further lines of a row.
constexpr int kLineHeight = 21;
constexpr int kMaxRowLines = 3;
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

/// A correction that was made, broken into the lines of its columns.
struct Row {
    std::string name;
    std::vector<std::string> amounts, reason;

    [[nodiscard]] int height() const {
        const std::size_t lines = std::max({amounts.size(), reason.size(), std::size_t{1}});
        return kRowHeight + (static_cast<int>(lines) - 1) * kLineHeight;
    }
};

struct Lists {
    std::vector<Row> made;
    std::string left_alone;
};

/// Narrow photos get columns that still hold the words.
int column_width_of(const ComparedPhoto& photo) { return std::max(photo.before.width_px(), 560); }

int sheet_width_of(const ComparedPhoto& photo) {
    return 2 * kMargin + kGap + 2 * column_width_of(photo);
}

Lists lists_of(const ComparedPhoto& photo) {
    const int reason_width = sheet_width_of(photo) - 2 * kMargin - kNameColumn - kAmountColumn;
    Lists lists;
    for (CorrectionLine& line : correction_lines(photo.recipe)) {
        if (!line.amounts.empty()) {
            lists.made.push_back(
                {std::move(line.name),
                 wrapped(Face::text, line.amounts, kAmountColumn - kGap, kMaxRowLines),
                 wrapped(Face::text, line.reason, reason_width, kMaxRowLines)});
        } else {
            lists.left_alone.append(lists.left_alone.empty() ? "" : " \xC2\xB7 ").append(line.name);
        }
    }
    return lists;
}

Layout layout_of(const ComparedPhoto& photo, const Lists& lists) {
    Layout layout;
    layout.column_width = column_width_of(photo);
    layout.picture_height = photo.before.height_px();
    layout.width = sheet_width_of(photo);
    layout.right = kMargin + layout.column_width + kGap;
    layout.histogram_y = kHeaderHeight + kLabelHeight + layout.picture_height + 12;
    layout.list_y = layout.histogram_y + kHistogramHeight + 28;
    layout.height = layout.list_y + (lists.left_alone.empty() ? 0 : 52) + 20;
    for (const Row& row : lists.made) layout.height += row.height();
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

void draw_lines(Canvas& canvas, int x, int y, Colour colour,
                const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        canvas.text(x, y, Face::text, colour, line);
        y += kLineHeight;
    }
}

void draw_list(Canvas& canvas, const Layout& layout, const Lists& lists) {
    int y = layout.list_y + 14;
    for (const Row& row : lists.made) {
        canvas.text(kMargin, y, Face::strong, kBright, row.name);
        draw_lines(canvas, kMargin + kNameColumn, y, kText, row.amounts);
        draw_lines(canvas, kMargin + kNameColumn + kAmountColumn, y, kFaint, row.reason);
        y += row.height();
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
    const Lists lists = lists_of(photo);
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
