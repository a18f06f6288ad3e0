#include <algorithm>
#include <filesystem>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/path.hpp"

namespace limpid::fuzz {

std::string path(Input input) {
    const std::string_view text = text_of(input);
    const std::string header = content_disposition(security::Disposition::attachment, text);
    require(std::ranges::all_of(header, [](char c) { return c >= 0x20 && c < 0x7F; }) &&
                std::ranges::count(header, '"') == 2,
            "no name breaks out of its header");
    const auto parsed = security::RelativePath::parse(text);
    if (!parsed) return verdict_of(parsed.error());
    const std::filesystem::path joined = std::filesystem::path("/base/folder") / parsed->text();
    require(joined.lexically_normal() == joined, "a path is in normal form");
    require(joined.string().starts_with("/base/folder/"), "a path stays below its folder");
    const auto again = security::RelativePath::parse(parsed->text());
    require(again && again->text() == parsed->text(), "a path reads back as itself");
    return "ok";
}

}  // namespace limpid::fuzz
