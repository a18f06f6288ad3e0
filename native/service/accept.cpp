#include "service/accept.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "service/http_message.hpp"

namespace limpid::service {
namespace {

/// The weight in thousandths: `1`, `0.5`, `0.125`; nothing for another text.
std::optional<int> weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() == 2 || (text.size() > 1 && text[1] != '.')) return std::nullopt;
    int thousandths = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        thousandths += (digit - '0') * unit;
        unit /= 10;
    }
    return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

struct Range {
    std::string_view type;
    int weight = 1000;
};

/// `image/webp;q=0.8`; parameters other than q are passed over.
std::optional<Range> parse_range(std::string_view text) {
    Range range;
    std::size_t end = std::min(text.find(';'), text.size());
    range.type = trimmed(text.substr(0, end));
    while (end < text.size()) {
        text.remove_prefix(end + 1);
        end = std::min(text.find(';'), text.size());
        const std::string_view parameter = trimmed(text.substr(0, end));
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const auto weight = weight_of(parameter.substr(2));
        if (!weight) return std::nullopt;
        range.weight = *weight;
    }
    return range;
}

/// How exactly a range names a type: 3 whole, 2 `image/*`, 1 `*/*`, 0 not at all.
int precision_of(std::string_view range, std::string_view type) {
    if (equal_ignoring_case(range, type)) return 3;
    if (equal_ignoring_case(range, "image/*")) return 2;
    return range == "*/*" ? 1 : 0;
}

/// The weight that the most exact range gives a type.
int accepted_weight(std::string_view accept, std::string_view type) {
    int best_precision = 0;
    int weight = 0;
    while (!accept.empty()) {
        const std::size_t end = std::min(accept.find(','), accept.size());
        const auto range = parse_range(accept.substr(0, end));
        accept.remove_prefix(std::min(end + 1, accept.size()));
        if (!range) continue;
        const int precision = precision_of(range->type, type);
        if (precision <= best_precision) continue;
        best_precision = precision;
        weight = range->weight;
    }
    return weight;
}

}  // namespace

std::string_view media_type_of(FileFormat format) noexcept {
    switch (format) {
        case FileFormat::jpeg:
            return "image/jpeg";
        case FileFormat::png:
            return "image/png";
        case FileFormat::webp:
            break;
    }
    return "image/webp";
}

std::optional<FileFormat> negotiate_format(std::optional<std::string_view> accept,
                                           FileFormat preferred) {
    if (!accept || trimmed(*accept).empty()) return preferred;
    std::optional<FileFormat> best;
    int best_weight = 0;
    for (const FileFormat format :
         {preferred, FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
        const int weight = accepted_weight(*accept, media_type_of(format));
        if (weight <= best_weight) continue;
        best = format;
        best_weight = weight;
    }
    return best;
}

}  // namespace limpid::service
