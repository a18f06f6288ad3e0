#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/lut.hpp"
#include "lut/number.hpp"

namespace limpid {
namespace {

constexpr int kMaxCurvePoints = 65536;
constexpr int kMaxLatticePoints = 65;
/// Of lines, by the specification; more is no .cube file.
constexpr std::size_t kMaxLineBytes = 250;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// The next word of `line`, which begins after it then.
std::string_view take_word(std::string_view& line) {
    std::size_t begin = 0;
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    std::size_t end = begin;
    while (end < line.size() && !is_blank(line[end])) ++end;
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

class CubeParser {
public:
    explicit CubeParser(const Limits& limits) : limits_(limits) {}

    [[nodiscard]] Result<Lut> parse(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        while (!text.empty()) {
            ++line_;
            const std::size_t end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.size() > kMaxLineBytes) return malformed("a line of more than 250 bytes");
            if (Status status = take_line(line); !status) {
                return std::unexpected(std::move(status).error());
            }
        }
        if (lut_.points == 0) return malformed("no LUT_1D_SIZE or LUT_3D_SIZE");
        if (lut_.values.size() != wanted_values()) {
            return malformed(std::to_string(lut_.values.size() / 3) + " colours of " +
                             std::to_string(wanted_values() / 3));
        }
        if (Status valid = validate(lut_); !valid) return std::unexpected(std::move(valid).error());
        return std::move(lut_);
    }

private:
    [[nodiscard]] std::unexpected<Error> malformed(const std::string& found) const {
        return fail(ErrorCode::lut_malformed, "line " + std::to_string(line_) + ": " + found);
    }
    [[nodiscard]] std::size_t wanted_values() const {
        const auto n = static_cast<std::size_t>(lut_.points);
        return 3 * (lut_.is_3d ? n * n * n : n);
    }

    Status take_line(std::string_view line) {
        std::string_view rest = line;
        const std::string_view word = take_word(rest);
        if (word.empty() || word.front() == '#') return {};
        const bool keyword = word.front() >= 'A' && word.front() <= 'Z';
        if (!keyword) return take_colour(line);
        if (!lut_.values.empty()) return malformed("a keyword after the first colour");
        return take_keyword(word, rest);
    }

    Status take_keyword(std::string_view word, std::string_view rest) {
        if (word == "TITLE") return take_title(rest);
        if (word == "LUT_1D_SIZE") return take_size(false, kMaxCurvePoints, rest);
        if (word == "LUT_3D_SIZE") return take_size(true, kMaxLatticePoints, rest);
        if (word == "DOMAIN_MIN") return take_triple(domain_min_given_, lut_.domain_min, rest);
        if (word == "DOMAIN_MAX") return take_triple(domain_max_given_, lut_.domain_max, rest);
        if (word == "LUT_1D_INPUT_RANGE" || word == "LUT_3D_INPUT_RANGE") return take_range(rest);
        return malformed("an unknown keyword");
    }

    Status take_title(std::string_view rest) {
        const std::size_t open = rest.find('"');
        const std::size_t close = rest.rfind('"');
        if (open == std::string_view::npos || close == open) {
            return malformed("TITLE without a text in quotation marks");
        }
        lut_.title = rest.substr(open + 1, close - open - 1);
        return {};
    }

    Status take_size(bool is_3d, int most, std::string_view rest) {
        if (lut_.points != 0) {
            return malformed(lut_.is_3d == is_3d ? "the size a second time"
                                                 : "both a curve and a lattice");
        }
        double points = 0;
        if (Status status = take_number(rest, points); !status) return status;
        if (Status status = expect_end(rest); !status) return status;
        if (!(points >= 2 && points <= most) || points != static_cast<int>(points)) {
            return fail(ErrorCode::lut_malformed, "line " + std::to_string(line_) +
                                                      ": sizes are 2 to " + std::to_string(most));
        }
        if (is_3d && points > static_cast<double>(limits_.max_lut_points)) {
            return fail(ErrorCode::lut_too_large, std::to_string(static_cast<int>(points)) +
                                                      " points a side; max_lut_points is " +
                                                      std::to_string(limits_.max_lut_points));
        }
        lut_.is_3d = is_3d;
        lut_.points = static_cast<int>(points);
        lut_.values.reserve(wanted_values());
        return {};
    }

    Status take_triple(bool& given, std::array<double, 3>& target, std::string_view rest) {
        if (std::exchange(given, true)) return malformed("the domain a second time");
        for (double& value : target) {
            if (Status status = take_number(rest, value); !status) return status;
        }
        return expect_end(rest);
    }

    Status take_range(std::string_view rest) {
        if (std::exchange(domain_min_given_, true) || std::exchange(domain_max_given_, true)) {
            return malformed("the domain a second time");
        }
        double least = 0, most = 0;
        if (Status status = take_number(rest, least); !status) return status;
        if (Status status = take_number(rest, most); !status) return status;
        lut_.domain_min.fill(least);
        lut_.domain_max.fill(most);
        return expect_end(rest);
    }

    Status take_colour(std::string_view line) {
        if (lut_.points == 0) return malformed("a colour before the size");
        if (lut_.values.size() == wanted_values())
            return malformed("more colours than the size says");
        for (int c = 0; c < 3; ++c) {
            double value = 0;
            if (Status status = take_number(line, value); !status) return status;
            lut_.values.push_back(value);
        }
        return expect_end(line);
    }

    Status take_number(std::string_view& rest, double& target) const {
        const std::optional<double> value = lut::parse_number(take_word(rest));
        if (!value) return malformed("a number was expected, such as 0.25");
        target = *value;
        return {};
    }

    Status expect_end(std::string_view rest) const {
        if (take_word(rest).empty()) return {};
        return malformed("more on the line than belongs there");
    }

    const Limits& limits_;
    Lut lut_;
    std::int64_t line_ = 0;
    bool domain_min_given_ = false;
    bool domain_max_given_ = false;
};

}  // namespace

Result<Lut> parse_cube(std::string_view text, const Limits& limits) {
    if (text.size() > limits.max_lut_bytes) {
        return fail(ErrorCode::lut_too_large, std::to_string(text.size()) +
                                                  " bytes; max_lut_bytes is " +
                                                  std::to_string(limits.max_lut_bytes));
    }
    return CubeParser(limits).parse(text);
}

Status validate(const Lut& lut) {
    // Far above any use, and small enough that no sum of weights times values loses its digits.
    constexpr double kMost = 65536.0;
    const int most_points = lut.is_3d ? kMaxLatticePoints : kMaxCurvePoints;
    if (lut.points < 2 || lut.points > most_points) {
        return fail(ErrorCode::lut_malformed, std::to_string(lut.points) + " points a side");
    }
    const auto n = static_cast<std::size_t>(lut.points);
    if (lut.values.size() != 3 * (lut.is_3d ? n * n * n : n)) {
        return fail(ErrorCode::lut_malformed,
                    std::to_string(lut.values.size()) + " values for its size");
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const double least = lut.domain_min[c], most = lut.domain_max[c];
        // Written so that NaN is refused. A thousandth: narrower is no domain of an image.
        if (!(least >= -kMost && most <= kMost && most - least >= 0.001)) {
            return fail(ErrorCode::lut_out_of_range, "the domain");
        }
    }
    for (std::size_t i = 0; i < lut.values.size(); ++i) {
        if (!(lut.values[i] >= -kMost && lut.values[i] <= kMost)) {
            return fail(ErrorCode::lut_out_of_range, "colour " + std::to_string(i / 3 + 1));
        }
    }
    return {};
}

}  // namespace limpid
