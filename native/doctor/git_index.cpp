#include "doctor/git_index.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "platform/read_file.hpp"
#include "service/text.hpp"

namespace limpid::doctor {
namespace {

constexpr std::uint32_t kMaxEntries = 200'000;
// Times, numbers, mode, owners, size and object id, before the flags.
constexpr std::size_t kFixedBytes = 60;
constexpr std::uint32_t kExtended = 0x4000;

std::unexpected<Error> not_an_index() {
    return fail(ErrorCode::config_unreadable_file, "this is no git index");
}

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
}

/// Reads entries one after the other.
class IndexReader {
public:
    IndexReader(std::string_view index, std::uint32_t version) : index_(index), version_(version) {}

    /// The next name; nothing when the index ends early or makes no sense.
    std::optional<std::string> next() {
        const std::size_t begin = at_;
        if (index_.size() - at_ < kFixedBytes + 4) return std::nullopt;
        const std::uint32_t flags = big_endian(index_.substr(at_ + kFixedBytes, 2));
        at_ += kFixedBytes + 2;
        if (version_ >= 3 && (flags & kExtended) != 0) at_ += 2;
        if (version_ == 4 && !take_prefix()) return std::nullopt;
        const std::size_t end = index_.find('\0', at_);
        if (end == std::string_view::npos) return std::nullopt;
        if (version_ != 4) name_.clear();
        name_ += index_.substr(at_, end - at_);
        at_ = end + 1;
        // Up to version 3 entries are padded with 1 to 8 zeros.
        if (version_ != 4) at_ = begin + ((end - begin) / 8 + 1) * 8;
        if (at_ > index_.size()) return std::nullopt;
        return name_;
    }

private:
    /// Version 4: how much of the last name's end goes, in git's variable-width numbers.
    bool take_prefix() {
        std::size_t removed = 0;
        for (bool first = true;; first = false) {
            if (at_ >= index_.size() || removed > name_.size()) return false;
            const auto byte = static_cast<unsigned char>(index_[at_++]);
            removed = first ? byte & 0x7FU : ((removed + 1) << 7U) + (byte & 0x7FU);
            if ((byte & 0x80U) == 0) break;
        }
        if (removed > name_.size()) return false;
        name_.resize(name_.size() - removed);
        return true;
    }

    std::string_view index_;
    std::size_t at_ = 12;  // behind the header
    std::uint32_t version_;
    std::string name_;
};

}  // namespace

Result<std::vector<std::string>> read_git_index(std::string_view index) {
    if (index.size() < 12 || !index.starts_with("DIRC")) return not_an_index();
    const std::uint32_t version = big_endian(index.substr(4, 4));
    const std::uint32_t count = big_endian(index.substr(8, 4));
    if (version < 2 || version > 4 || count > kMaxEntries) return not_an_index();
    IndexReader reader(index, version);
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto name = reader.next();
        if (!name) return not_an_index();
        names.push_back(*std::move(name));
    }
    return names;
}

std::string find_repository(const std::string& folder) {
    std::error_code error;
    auto at = std::filesystem::absolute(folder, error);
    for (int depth = 0; !error && depth < 64; ++depth) {
        if (std::filesystem::exists(at / ".git", error)) return at.string();
        if (at == at.parent_path()) break;
        at = at.parent_path();
    }
    return {};
}

std::string index_path(const std::string& top) {
    std::error_code error;
    const std::filesystem::path git = std::filesystem::path(top) / ".git";
    if (std::filesystem::is_directory(git, error)) return (git / "index").string();
    constexpr platform::ReadLimit kLimit{
        .max_bytes = 4096, .limit_name = ".git", .too_large = ErrorCode::io_unreadable};
    const auto text = platform::read_file(git.string(), kLimit);
    if (!text) return {};
    std::string_view line(reinterpret_cast<const char*>(text->data()), text->size());
    constexpr std::string_view kGitdirPrefix = "gitdir:";
    if (!line.starts_with(kGitdirPrefix)) return {};
    line =
        service::trimmed(line.substr(kGitdirPrefix.size(), line.find('\n') - kGitdirPrefix.size()));
    return (std::filesystem::path(top) / line / "index").string();
}

}  // namespace limpid::doctor
