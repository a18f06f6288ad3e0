#include "platform/key_files.hpp"

#include <cstdint>
#include <string_view>

#include "limpid/security/signature_files.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::platform {
namespace {

using security::VerifyKey;

// Two lines, one of them a comment.
constexpr std::uint64_t kMaxKeyFileBytes = 2 * security::kMaxCommentBytes;

Result<VerifyKey> read_verify_key(const std::string& text) {
    if (auto key = security::parse_verify_key(text)) return key;
    const auto file =
        read_file(text, {kMaxKeyFileBytes, "the largest key file", ErrorCode::key_malformed});
    if (!file) return std::unexpected(file.error());
    const std::string_view contents(reinterpret_cast<const char*>(file->data()), file->size());
    auto key = security::parse_public_key_file(contents);
    if (key) return key;
    return fail(ErrorCode::key_malformed, printable(text) + " is no public key file");
}

}  // namespace

Result<std::vector<VerifyKey>> read_verify_keys(std::span<const std::string> keys) {
    if (keys.empty()) return fail(ErrorCode::key_none);
    std::vector<VerifyKey> read;
    for (const std::string& text : keys) {
        auto key = read_verify_key(text);
        if (!key) return std::unexpected(key.error());
        read.push_back(*key);
    }
    return read;
}

}  // namespace limpid::platform
