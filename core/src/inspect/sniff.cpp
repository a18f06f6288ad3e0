#include "inspect/sniff.hpp"

#include <array>
#include <string_view>

namespace limpid {
namespace {

using namespace std::string_view_literals;

/// '?' matches any byte: the RIFF size field.
struct Signature {
    std::string_view bytes;
    FileFormat format;
};

constexpr std::array kSignatures = {
    Signature{"\xFF\xD8\xFF"sv, FileFormat::jpeg},
    Signature{"\x89PNG\r\n\x1A\n"sv, FileFormat::png},
    Signature{"RIFF????WEBP"sv, FileFormat::webp},
};

/// How many bytes of the signature the input has before it ends or differs.
std::size_t matching_bytes(std::span<const std::byte> encoded, std::string_view signature) {
    std::size_t i = 0;
    while (i < encoded.size() && i < signature.size() &&
           (signature[i] == '?' || static_cast<std::byte>(signature[i]) == encoded[i])) {
        ++i;
    }
    return i;
}

}  // namespace

Result<FileFormat> sniff(std::span<const std::byte> encoded) {
    if (encoded.empty()) return fail(ErrorCode::image_empty);
    for (const Signature& signature : kSignatures) {
        const std::size_t matching = matching_bytes(encoded, signature.bytes);
        if (matching == signature.bytes.size()) return signature.format;
        if (matching == encoded.size()) {
            return fail(ErrorCode::image_truncated, std::to_string(encoded.size()) + " bytes; a " +
                                                        std::string(to_string(signature.format)) +
                                                        " signature has " +
                                                        std::to_string(signature.bytes.size()));
        }
    }
    return fail(ErrorCode::image_unrecognised);
}

}  // namespace limpid
