#include "audit/head_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limpid/security/json.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::audit {
namespace {

/// What the head's own value covers.
std::string head_text(const Head& head) {
    return "limpid audit head\n" + head.log_id + "\n" + std::to_string(head.seq) + "\n" +
           to_hex(head.chain);
}

std::optional<std::string> text_of(const security::JsonView& object, std::string_view name) {
    const auto member = object.find(name);
    const auto text = member ? member->as_string() : std::nullopt;
    if (!text) return std::nullopt;
    return std::string(*text);
}

/// The head that a text is, when its own value is right.
std::optional<Head> parse_head(std::string_view text, const Chain& chain) {
    const auto document =
        security::parse_json_strict(text.substr(0, text.find_last_not_of(" \n") + 1));
    if (!document) return std::nullopt;
    const security::JsonView root = document->root();
    const auto log_id = text_of(root, "log_id");
    const auto value = parse_chain_value(text_of(root, "chain").value_or(""));
    const auto own = parse_chain_value(text_of(root, "mac").value_or(""));
    const auto member = root.find("seq");
    const std::int64_t seq = member ? member->as_integer().value_or(0) : 0;
    if (!log_id || !value || !own || seq < 1) return std::nullopt;
    Head head{.log_id = *log_id, .seq = static_cast<std::uint64_t>(seq), .chain = *value};
    const auto wanted = chain.next(ChainValue{}, head_text(head));
    if (!wanted || *wanted != *own) return std::nullopt;
    return head;
}

}  // namespace

std::string head_path(const std::string& file) { return file + ".head"; }

Result<std::optional<Head>> read_head(const std::string& file, const Chain& chain) {
    const std::string path = head_path(file);
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) return std::nullopt;
    const auto bytes = platform::read_file(path, {.max_bytes = kHeadBytes,
                                                  .limit_name = "the size of a head",
                                                  .too_large = ErrorCode::audit_broken});
    if (!bytes) return std::unexpected(bytes.error());
    // Made, but not written yet: as if it were not there.
    if (bytes->empty()) return std::nullopt;
    auto head = parse_head({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, chain);
    if (!head) {
        return fail(ErrorCode::audit_broken,
                    platform::printable(path) + " was changed, or is of another key");
    }
    return head;
}

Result<HeadFile> HeadFile::open(const std::string& file) {
    std::string path = head_path(file);
    platform::FileDescriptor opened(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!opened.valid() || ::fchmod(opened.get(), 0640) != 0) {
        return fail(ErrorCode::io_unwritable, platform::describe_errno(path, errno));
    }
    return HeadFile(std::move(path), std::move(opened));
}

Status HeadFile::write(const Head& head, const Chain& chain) {
    const auto own = chain.next(ChainValue{}, head_text(head));
    if (!own) return std::unexpected(own.error());
    std::string text = R"({"chain":")" + to_hex(head.chain) + R"(","log_id":")" + head.log_id +
                       R"(","mac":")" + to_hex(*own) + R"(","seq":)" + std::to_string(head.seq) +
                       "}";
    text.resize(kHeadBytes - 1, ' ');
    text += '\n';
    const ssize_t written = ::pwrite(file_.get(), text.data(), text.size(), 0);
    if (written == static_cast<ssize_t>(text.size())) return {};
    return fail(ErrorCode::io_unwritable,
                platform::describe_errno(path_, written < 0 ? errno : ENOSPC));
}

}  // namespace limpid::audit
