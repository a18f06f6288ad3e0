#include "service/identity/password_policy.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "limpid/security/secret_source.hpp"
#include "service/text.hpp"

namespace limpid::service::identity {
namespace {

constexpr std::string_view kCommon =
#include "service/identity/common_passwords.def"
    ;

// Read in both directions.
constexpr std::array<std::string_view, 9> kKeyRows = {"abcdefghijklmnopqrstuvwxyz",
                                                      "01234567890",
                                                      "qwertyuiop",
                                                      "asdfghjkl",
                                                      "zxcvbnm",
                                                      "qwertzuiop",
                                                      "yxcvbnm",
                                                      "azertyuiop",
                                                      "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"};
// A part of a row shorter than this may be chance.
constexpr std::size_t kShortestRow = 4;
// What has to be left of a password without name and rows.
constexpr std::size_t kLeastLeft = 6;

std::unexpected<Error> weak(std::string why) {
    return fail(ErrorCode::user_weak_password, std::move(why));
}

std::size_t characters_of(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// The letters that people write other signs for.
char letter_for(char c) {
    constexpr std::string_view kSigns = "013457@$!|";
    constexpr std::string_view kLetters = "oleastasil";
    const std::size_t at = kSigns.find(c);
    return at == std::string_view::npos ? c : kLetters[at];
}

bool is_common(std::string_view word) {
    if (word.size() < 4) return false;
    for (std::size_t at = kCommon.find(word); at != std::string_view::npos;
         at = kCommon.find(word, at + 1)) {
        const auto is_edge = [](char c) { return c == ' ' || c == '\n'; };
        if (is_edge(kCommon[at - 1]) && is_edge(kCommon[at + word.size()])) return true;
    }
    return false;
}

/// `text` without what is no letter at its ends.
std::string_view core_of(std::string_view text) {
    while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
    while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
    return text;
}

/// Is it one of the list, perhaps with digits and marks around it, or signs for letters?
bool is_decorated_common(const std::string& lower) {
    std::string letters = lower;
    std::ranges::transform(letters, letters.begin(), letter_for);
    const std::string_view core = core_of(lower);
    // The signs of what stands around are none for letters: take those off first.
    const std::size_t at = core.empty() ? 0 : static_cast<std::size_t>(core.data() - lower.data());
    return is_common(lower) || is_common(core) || is_common(letters) ||
           is_common(std::string_view(letters).substr(at, core.size()));
}

/// One part, again and again.
bool is_repeated(std::string_view text) {
    for (std::size_t period = 1; period * 2 <= text.size(); ++period) {
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    }
    return false;
}

void erase_all(std::string& text, std::string_view part) {
    if (part.size() < 3) return;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) {
        text.erase(at, part.size());
    }
}

/// How much of `text` is part of a row, from its beginning.
std::size_t row_at(std::string_view text) {
    std::size_t longest = 0;
    for (const std::string_view row : kKeyRows) {
        const std::string back(row.rbegin(), row.rend());
        for (const std::string_view line : {row, std::string_view(back)}) {
            std::size_t size = longest;
            while (size < text.size() && line.contains(text.substr(0, size + 1))) ++size;
            longest = std::max(longest, size);
        }
    }
    return longest;
}

/// What is left of `text` without rows, and without the marks and blanks between words.
std::string without_rows(std::string_view text) {
    std::string left;
    while (!text.empty()) {
        const std::size_t size = row_at(text);
        if (size >= kShortestRow) {
            text.remove_prefix(size);
            continue;
        }
        left += text.front();
        text.remove_prefix(1);
    }
    return left;
}

}  // namespace

Status check_password(std::string_view name, const security::Secret& password) {
    const std::string_view text = password.expose_text();
    if (text.size() > kMaxPasswordBytes) {
        return weak("it has more than " + std::to_string(kMaxPasswordBytes) + " bytes");
    }
    if (characters_of(text) < kMinPasswordCharacters) {
        return weak("it has less than " + std::to_string(kMinPasswordCharacters) + " characters");
    }
    const Status strong =
        security::check_secret_strength(password, {.min_characters = kMinPasswordCharacters});
    if (!strong && strong.error().id() == ErrorCode::memory_exhausted) return strong;
    if (!strong) return weak(strong.error().found());

    const std::string lower = lower_case(text);
    if (is_decorated_common(lower)) return weak("it is on the list of common passwords");
    if (is_repeated(lower)) return weak("its characters repeat");
    std::string left = lower;
    erase_all(left, lower_case(name));
    erase_all(left, "limpid");
    left = without_rows(left);
    std::erase_if(left, [](char c) { return c == ' ' || c == '-' || c == '_' || c == '.'; });
    if (left.size() < kLeastLeft || is_decorated_common(left)) {
        return weak("it is little more than a name, a common word or a row of keys");
    }
    return {};
}

}  // namespace limpid::service::identity
