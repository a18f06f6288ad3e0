#include "audit/log_parts.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "audit/record.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"

namespace limpid::audit {
namespace {

constexpr std::size_t kPieceBytes = 65'536;
constexpr std::size_t kNumberDigits = 12;
constexpr std::string_view kGzip = ".gz";

std::unexpected<Error> unreadable(const std::string& path, int error_number) {
    return fail(ErrorCode::io_unreadable, platform::describe_errno(path, error_number));
}

std::unexpected<Error> unwritable(const std::string& path, int error_number) {
    return fail(ErrorCode::io_unwritable, platform::describe_errno(path, error_number));
}

/// The number in the name of a part; nothing for other names.
std::optional<std::uint64_t> number_of(std::string_view name, std::string_view stem) {
    if (!name.starts_with(stem)) return std::nullopt;
    name.remove_prefix(stem.size());
    if (name.ends_with(kGzip)) name.remove_suffix(kGzip.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool whole = error == std::errc() && end == name.data() + name.size();
    return whole && name.size() >= kNumberDigits ? std::optional(number) : std::nullopt;
}

Result<platform::FileDescriptor> open_regular(const std::string& path) {
    platform::FileDescriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (!file.valid() || ::fstat(file.get(), &status) != 0) return unreadable(path, errno);
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::io_unreadable, platform::printable(path) + " is no regular file");
    }
    return file;
}

/// Compress everything `from` yields into `to`, and bring it to the disk. False with errno set.
bool compress_all(int from, int to) {
    const int for_zlib = ::dup(to);
    gzFile out = for_zlib < 0 ? nullptr : ::gzdopen(for_zlib, "wb6");
    if (out == nullptr) {
        if (for_zlib >= 0) ::close(for_zlib);
        return false;
    }
    std::array<char, kPieceBytes> piece{};
    ssize_t size = 0;
    bool well = true;
    while (well && (size = ::read(from, piece.data(), piece.size())) > 0) {
        well = ::gzwrite(out, piece.data(), static_cast<unsigned>(size)) == size;
    }
    well = well && size == 0;
    return ::gzclose(out) == Z_OK && well && ::fsync(to) == 0;
}

}  // namespace

std::string part_path(const std::string& file, std::uint64_t first_seq) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), ".%012llu",
                  static_cast<unsigned long long>(first_seq));
    return file + number.data();
}

Result<std::vector<LogPart>> find_parts(const std::string& file) {
    const std::filesystem::path path(file);
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const std::string stem = path.filename().string() + ".";
    std::error_code error;
    std::vector<LogPart> parts;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const auto number = number_of(name, stem);
        if (number) parts.push_back({entry->path().string(), *number, name.ends_with(kGzip)});
    }
    if (error) {
        return fail(ErrorCode::io_unreadable,
                    platform::printable(folder.string()) + ": " + error.message());
    }
    std::ranges::sort(
        parts, {}, [](const LogPart& part) { return std::pair(part.first_seq, !part.compressed); });
    const auto surplus = std::ranges::unique(parts, {}, &LogPart::first_seq);
    parts.erase(surplus.begin(), surplus.end());
    return parts;
}

Status compress_part(const std::string& path) {
    const auto source = open_regular(path);
    if (!source) return std::unexpected(source.error());
    const std::string made = path + std::string(kGzip);
    const std::string temporary = made + ".new";
    const platform::FileDescriptor target(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!target.valid() || ::fchmod(target.get(), 0640) != 0) return unwritable(temporary, errno);
    struct stat status{};
    bool well = ::fstat(source->get(), &status) == 0 && compress_all(source->get(), target.get());
    // How old its last record is, for the retention.
    const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
    well = well && ::futimens(target.get(), times.data()) == 0 &&
           ::rename(temporary.c_str(), made.c_str()) == 0;
    if (!well) {
        const int error_number = errno;
        ::unlink(temporary.c_str());
        return unwritable(temporary, error_number);
    }
    if (::unlink(path.c_str()) != 0) return unwritable(path, errno);
    return {};
}

void LineReader::Close::operator()(void* file) const noexcept {
    static_cast<void>(::gzclose_r(static_cast<gzFile>(file)));
}

Result<LineReader> LineReader::open(const std::string& path) {
    auto file = open_regular(path);
    if (!file) return std::unexpected(std::move(file).error());
    gzFile stream = ::gzdopen(file->get(), "rb");
    if (stream == nullptr) return fail(ErrorCode::memory_exhausted, platform::printable(path));
    // It is zlib's now.
    static_cast<void>(file->release());
    return LineReader(path, stream);
}

Result<bool> LineReader::fill() {
    std::array<char, kPieceBytes> piece{};
    const auto file = static_cast<gzFile>(file_.get());
    const int size = ::gzread(file, piece.data(), static_cast<unsigned>(piece.size()));
    int error = Z_OK;
    const char* const text = ::gzerror(file, &error);
    // A .gz that was cut ends with Z_BUF_ERROR.
    if (size < 0 || error != Z_OK) {
        return fail(ErrorCode::io_unreadable, platform::printable(path_) + ": " + text);
    }
    buffer_.erase(0, std::exchange(used_, 0));
    buffer_.append(piece.data(), static_cast<std::size_t>(size));
    return size > 0;
}

Result<std::optional<Line>> LineReader::next() {
    for (;;) {
        const std::string_view rest = std::string_view(buffer_).substr(used_);
        const std::size_t end = rest.find('\n');
        if (end < kMaxLineBytes) {
            used_ += end + 1;
            return Line{.text = std::string(rest.substr(0, end)), .ended = true};
        }
        if (rest.size() >= kMaxLineBytes) {
            used_ += kMaxLineBytes;
            return Line{.text = std::string(rest.substr(0, kMaxLineBytes)), .ended = true};
        }
        const auto more = fill();
        if (!more) return std::unexpected(more.error());
        if (*more) continue;
        if (buffer_.empty()) return std::nullopt;
        return Line{.text = std::exchange(buffer_, {}), .ended = false};
    }
}

}  // namespace limpid::audit
