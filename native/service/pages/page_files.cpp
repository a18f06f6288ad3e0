#include "service/pages/page_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <span>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limpid/digest.hpp"
#include "limpid/security/path.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

namespace limpid::service::pages {

namespace {

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {"css", "text/css; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff2", "font/woff2"},
};

std::string_view type_of(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const std::string ending =
        dot == std::string_view::npos ? "" : lower_case(path.substr(dot + 1));
    const auto* const found =
        std::ranges::find(kTypes, ending, [](const auto& row) { return std::string(row.first); });
    return found == std::end(kTypes) ? "application/octet-stream" : found->second;
}

/// The build puts a hash into the names of what is in assets/: under one name never other bytes.
std::string_view caching_of(std::string_view path) {
    return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

std::vector<HeaderField> fields_of(std::string_view path, const std::string& tag) {
    return {{"Content-Type", std::string(type_of(path))},
            {"Cache-Control", std::string(caching_of(path))},
            {"ETag", tag},
            {"Content-Security-Policy", std::string(kPageContentSecurityPolicy)},
            // Without these two no page gets the shared memory that threads need.
            {"Cross-Origin-Opener-Policy", "same-origin"},
            {"Cross-Origin-Embedder-Policy", "require-corp"},
            {"Cross-Origin-Resource-Policy", "same-origin"},
            {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
            {"Referrer-Policy", "no-referrer"},
            {"X-Content-Type-Options", "nosniff"}};
}

std::unexpected<Error> unusable(std::string_view why) {
    return fail(ErrorCode::config_invalid_value, "playground_dir: " + std::string(why));
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Reads a folder and those below it.
class Loader {
public:
    using Files = std::map<std::string, std::shared_ptr<const PageFile>, std::less<>>;

    Status load(platform::FileDescriptor folder, const std::string& prefix, int depth) {
        if (depth > PageFiles::kMaxDepth) return unusable("the folders are too deep");
        const int fd = folder.get();
        const std::unique_ptr<DIR, CloseFolder> listing(::fdopendir(folder.release()));
        if (!listing) return unusable(platform::describe_errno(prefix, errno));
        // readdir() of one handle by one thread is safe.
        while (const dirent* entry = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
            const std::string name = entry->d_name;
            if (name.starts_with('.') || !security::check_file_name(name)) continue;
            const std::string path = std::string(prefix).append("/").append(name);
            if (Status status = take(fd, name, path, depth); !status) return status;
        }
        return {};
    }

    Files files;

private:
    Status take(int folder, const std::string& name, const std::string& path, int depth) {
        platform::FileDescriptor opened(::openat(
            folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
        if (!opened.valid() && errno == ELOOP) return {};
        struct stat status{};
        if (!opened.valid() || ::fstat(opened.get(), &status) != 0) {
            return unusable(platform::describe_errno(path, errno));
        }
        if (S_ISDIR(status.st_mode)) return load(std::move(opened), path, depth + 1);
        if (!S_ISREG(status.st_mode)) return {};
        if (files.size() == PageFiles::kMaxFiles) return unusable("there are too many files");
        return read(opened.get(), static_cast<std::uint64_t>(status.st_size), path);
    }

    Status read(int file, std::uint64_t size_bytes, const std::string& path) {
        if (size_bytes > PageFiles::kMaxBytes - total_bytes_) {
            return unusable("the files are larger than 64 MB together");
        }
        const auto page = std::make_shared<PageFile>();
        if (!page->bytes.resize(static_cast<std::size_t>(size_bytes))) {
            return fail(ErrorCode::memory_exhausted);
        }
        for (std::size_t filled = 0; filled < page->bytes.size();) {
            const ssize_t size =
                ::read(file, page->bytes.data() + filled, page->bytes.size() - filled);
            if (size <= 0) return unusable(platform::printable(path) + " cannot be read");
            filled += static_cast<std::size_t>(size);
        }
        total_bytes_ += page->bytes.size();
        page->tag = "\"" + to_hex(sha256(page->bytes.span())).substr(0, 32) + "\"";
        page->fields = fields_of(path, page->tag);
        files.emplace(path, page);
        return {};
    }

    std::size_t total_bytes_ = 0;
};

}  // namespace

Result<PageFiles> PageFiles::load(const std::string& folder) {
    PageFiles pages;
    if (folder.empty()) return pages;
    platform::FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.valid()) return unusable(platform::describe_errno(folder, errno));
    Loader loader;
    if (Status status = loader.load(std::move(opened), "", 0); !status) {
        return std::unexpected(status.error());
    }
    const auto index = loader.files.find("/index.html");
    if (index == loader.files.end()) return unusable("there is no index.html in it");
    pages.files_ = loader.files;
    pages.files_.emplace("/", index->second);
    return pages;
}

std::shared_ptr<const PageFile> PageFiles::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : found->second;
}

}  // namespace limpid::service::pages
