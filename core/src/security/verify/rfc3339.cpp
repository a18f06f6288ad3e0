#include <cstdint>
#include <string_view>

#include "limpid/security/foreign_license.hpp"
#include "security/ascii.hpp"

namespace limpid::security {
namespace {

/// Takes a fixed number of digits or a character off the front of a text, or remembers that it
/// could not.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::int64_t digits(std::size_t count, std::int64_t min, std::int64_t max) {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (text_.empty() || !is_digit(text_[0])) {
                ok_ = false;
                return 0;
            }
            value = value * 10 + (text_[0] - '0');
            text_.remove_prefix(1);
        }
        ok_ = ok_ && value >= min && value <= max;
        return value;
    }
    bool accept(char c) {
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char c) { ok_ = accept(c) && ok_; }
    void skip_digits() {
        while (!text_.empty() && is_digit(text_[0])) text_.remove_prefix(1);
    }
    [[nodiscard]] bool finished() const { return ok_ && text_.empty(); }

private:
    std::string_view text_;
    bool ok_ = true;
};

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_in(std::int64_t year, std::int64_t month) {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Days from 1970-01-01 to the first of the year.
std::int64_t days_before(std::int64_t year) {
    const std::int64_t y = year - 1;
    constexpr std::int64_t kDaysBefore1970 = 719'162;  // from 0001-01-01
    return y * 365 + y / 4 - y / 100 + y / 400 - kDaysBefore1970;
}

std::int64_t offset_seconds(Scanner& scan) {
    if (scan.accept('Z')) return 0;
    const bool west = scan.accept('-');
    if (!west) scan.expect('+');
    const std::int64_t hours = scan.digits(2, 0, 23);
    scan.expect(':');
    const std::int64_t seconds = hours * 3600 + scan.digits(2, 0, 59) * 60;
    return west ? -seconds : seconds;
}

}  // namespace

std::optional<UnixSeconds> parse_rfc3339(std::string_view text) noexcept {
    Scanner scan(text);
    const std::int64_t year = scan.digits(4, 1970, 9999);
    scan.expect('-');
    const std::int64_t month = scan.digits(2, 1, 12);
    scan.expect('-');
    const std::int64_t day = scan.digits(2, 1, 31);
    scan.expect('T');
    const std::int64_t hour = scan.digits(2, 0, 23);
    scan.expect(':');
    const std::int64_t minute = scan.digits(2, 0, 59);
    scan.expect(':');
    const std::int64_t second = scan.digits(2, 0, 60);
    if (scan.accept('.')) {
        scan.digits(1, 0, 9);
        scan.skip_digits();
    }
    const std::int64_t offset = offset_seconds(scan);
    if (!scan.finished() || day > days_in(year, month)) return std::nullopt;
    std::int64_t days = days_before(year) + day - 1;
    for (std::int64_t m = 1; m < month; ++m) days += days_in(year, m);
    const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset;
    if (seconds < 0) return std::nullopt;
    return UnixSeconds{seconds};
}

}  // namespace limpid::security
