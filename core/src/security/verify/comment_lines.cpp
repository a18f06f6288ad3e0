#include "security/verify/comment_lines.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "limpid/security/signature_files.hpp"

namespace limpid::security {
namespace {

bool is_printable(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

}  // namespace

std::optional<std::string_view> LineReader::next() noexcept {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

Result<std::string_view> parse_comment(std::optional<std::string_view> line,
                                       std::string_view prefix, ErrorCode malformed) {
    if (!line || !line->starts_with(prefix)) {
        return fail(malformed, "a line beginning with \"" + std::string(prefix) + "\" is missing");
    }
    const std::string_view comment = line->substr(prefix.size());
    if (!check_comment(comment)) {
        return fail(malformed, "a comment is too long or holds control characters");
    }
    return comment;
}

Status check_comment(std::string_view comment) {
    if (comment.size() > kMaxCommentBytes) {
        return fail(ErrorCode::argument_invalid, "a comment of " + std::to_string(comment.size()) +
                                                     " bytes; at most " +
                                                     std::to_string(kMaxCommentBytes));
    }
    if (!is_printable(comment)) {
        return fail(ErrorCode::argument_invalid, "a comment holds control characters");
    }
    return {};
}

Result<CommentedLine> parse_commented_line(std::string_view text, ErrorCode malformed) {
    LineReader lines(text);
    auto comment = parse_comment(lines.next(), kUntrustedPrefix, malformed);
    if (!comment) return std::unexpected(std::move(comment).error());
    const auto base64 = lines.next();
    if (!base64) return fail(malformed, "the second line is missing");
    if (!lines.at_end()) return fail(malformed, "there is more after the second line");
    return CommentedLine{*comment, *base64};
}

}  // namespace limpid::security
