#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "service/http_message.hpp"

namespace limpid::service::pages {

/// What the page's own policy allows: what its files and WebAssembly need, and no other server.
/// As js/playground/scripts/server.mjs sends it; a test compares them.
inline constexpr std::string_view kPageContentSecurityPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "img-src 'self' blob:; style-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One file of a page.
struct PageFile {
    ByteBuffer bytes;
    std::string tag;
    /// Every header of its response but those of all responses.
    std::vector<HeaderField> fields;
};

/// The files of a built page, in memory: what is not among them cannot be asked for, and what
/// becomes of the folder after the start changes nothing. Immutable.
class PageFiles {
public:
    /// Bounds of a page.
    static constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
    static constexpr std::size_t kMaxFiles = 4096;
    static constexpr int kMaxDepth = 8;

    /// Read every file of a folder and of those in it. Links, hidden files, and names that could
    /// mean something else elsewhere are left out.
    /// @param folder  with an index.html; empty: there is no page.
    /// @return config.invalid_value.
    [[nodiscard]] static Result<PageFiles> load(const std::string& folder);

    /// The file for a path of a request; `/` is index.html. Null: there is none.
    [[nodiscard]] std::shared_ptr<const PageFile> find(std::string_view path) const;
    [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }

private:
    /// By path, from the first slash on.
    std::map<std::string, std::shared_ptr<const PageFile>, std::less<>> files_;
};

}  // namespace limpid::service::pages
