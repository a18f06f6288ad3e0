#include "service/receipt.hpp"

#include <span>
#include <utility>

#include "limpid/manifest.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/json.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"

namespace limpid::service {
namespace {

// A header that common proxies still let through.
constexpr std::size_t kMaxReceiptBytes = 12'288;

std::string identity_json(std::uint64_t bytes, std::string_view format, const Sha256& digest) {
    return R"({"bytes":)" + std::to_string(bytes) + std::string(format) + R"(,"sha256":")" +
           to_hex(digest) + R"("})";
}

}  // namespace

Result<std::string> sign_receipt(keeper::Client& keeper, const worker::Done& done,
                                 const ReceiptInput& input, const Sha256& output) {
    const auto report = security::parse_json_strict(done.report_json);
    const auto recipe = report ? report->root().find("recipe") : std::nullopt;
    if (!recipe) return fail(ErrorCode::worker_died, "its report has no recipe");
    const FileFormat format = done.output_format.value_or(FileFormat::jpeg);
    // Of limpid::Manifest; the keeper reads it as such, the recipe of a worker included.
    const std::string manifest =
        R"({"created_at":)" + std::to_string(platform::wall_clock().value) + R"(,"input":)" +
        identity_json(input.bytes, "", input.digest) +
        R"(,"library_version":")" LIMPID_VERSION_STRING R"(","output":)" +
        identity_json(done.output.bytes().size(),
                      R"(,"format":")" + std::string(to_string(format)) + R"(")", output) +
        R"(,"recipe":)" + recipe->canonical() + R"(,"version":)" +
        std::to_string(Manifest::kVersion) + "}";
    auto document = keeper.sign_manifest(manifest);
    if (!document) return document;
    std::string encoded =
        security::encode_base64(std::as_bytes(std::span(*document)), security::Base64::url);
    if (encoded.size() > kMaxReceiptBytes) {
        return fail(ErrorCode::internal_failure,
                    "a receipt has " + std::to_string(encoded.size()) + " bytes");
    }
    return encoded;
}

}  // namespace limpid::service
