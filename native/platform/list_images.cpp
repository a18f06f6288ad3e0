#include "platform/list_images.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <sys/stat.h>

#include "platform/printable.hpp"

namespace limpid::platform {
namespace {

bool is_image_name(std::string_view name) {
    if (name.starts_with('.')) return false;
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::array<std::string_view, 4> kEndings = {".jpg", ".jpeg", ".png", ".webp"};
    return std::ranges::any_of(kEndings,
                               [&](std::string_view ending) { return lower.ends_with(ending); });
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

bool is_folder(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> list_images(const std::string& folder, std::size_t max_files) {
    const std::unique_ptr<DIR, CloseFolder> handle(::opendir(folder.c_str()));
    if (!handle) return fail(ErrorCode::io_unreadable, describe_errno(folder, errno));
    std::vector<std::string> paths;
    errno = 0;
    // readdir() of one handle by one thread is safe.
    while (const dirent* entry = ::readdir(handle.get())) {  // NOLINT(concurrency-mt-unsafe)
        if (!is_image_name(entry->d_name)) continue;
        if (paths.size() == max_files) {
            return fail(ErrorCode::io_unreadable, printable(folder) + " holds more than " +
                                                      std::to_string(max_files) + " images");
        }
        paths.push_back(folder + (folder.ends_with('/') ? "" : "/") + entry->d_name);
        errno = 0;
    }
    if (errno != 0) return fail(ErrorCode::io_unreadable, describe_errno(folder, errno));
    std::ranges::sort(paths);
    return paths;
}

}  // namespace limpid::platform
