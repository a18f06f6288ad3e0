#include "doctor/fix_modes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "doctor/file_modes.hpp"
#include "doctor/words.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"

namespace limpid::doctor {
namespace {

using platform::FileDescriptor;

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/// Opens a path one name after the other, so that no name in it may be a symbolic link.
FileDescriptor open_without_links(std::string_view path) {
    FileDescriptor at(::open(path.starts_with('/') ? "/" : ".", kFlags | O_DIRECTORY));
    while (at.valid() && !path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string name(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (name.empty() || name == ".") continue;
        const bool last = path.find_first_not_of('/') == std::string_view::npos;
        FileDescriptor next(::openat(at.get(), name.c_str(), last ? kFlags : kFlags | O_DIRECTORY));
        at = std::move(next);
    }
    return at;
}

std::string left_alone(const FileFacts& file, std::string_view why) {
    return "left " + platform::printable(file.path) + ": " + std::string(why);
}

std::string fix_mode(const FileFacts& file, unsigned allowed) {
    const FileDescriptor opened = open_without_links(file.path);
    if (!opened.valid()) {
        return left_alone(file, errno == ELOOP || errno == ENOTDIR
                                    ? "there is a symbolic link in its path"
                                    : "it cannot be opened");
    }
    struct stat status{};
    if (::fstat(opened.get(), &status) != 0) return left_alone(file, "it cannot be looked at");
    const bool regular = S_ISREG(status.st_mode);
    if (!regular && !S_ISDIR(status.st_mode)) return left_alone(file, "it is no file");
    // Another name may stand where somebody else decides.
    if (regular && status.st_nlink != 1) return left_alone(file, "it has several names");
    const unsigned wanted = status.st_mode & 07777U & allowed;
    if (::fchmod(opened.get(), wanted) != 0) return left_alone(file, "it is another account's");
    return "chmod " + octal(wanted) + " " + platform::printable(file.path);
}

}  // namespace

std::vector<std::string> fix_modes(const std::vector<FileFacts>& files) {
    std::vector<std::string> lines;
    for (const FileFacts& file : files) {
        const auto allowed = allowed_mode(file.role);
        if (!allowed || is_managed(file) || (file.mode & ~*allowed) == 0) continue;
        lines.push_back(fix_mode(file, *allowed));
    }
    return lines;
}

}  // namespace limpid::doctor
