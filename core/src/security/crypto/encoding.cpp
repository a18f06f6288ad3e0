#include "limpid/security/encoding.hpp"

#include <sodium.h>

#include <algorithm>

#include "security/crypto/raw.hpp"

namespace limpid::security {
namespace {

int variant_of(Base64 form) noexcept {
    switch (form) {
        case Base64::standard:
            return sodium_base64_VARIANT_ORIGINAL;
        case Base64::standard_unpadded:
            return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
        case Base64::url:
            return sodium_base64_VARIANT_URLSAFE;
        case Base64::url_unpadded:
            return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    }
    return sodium_base64_VARIANT_ORIGINAL;
}

std::unexpected<Error> out_of_memory(std::size_t bytes) {
    return fail(ErrorCode::memory_exhausted, std::to_string(bytes) + " bytes");
}

}  // namespace

std::string encode_hex(Bytes bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');  // libsodium writes a terminator
    sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
    text.pop_back();
    return text;
}

Result<ByteBuffer> decode_hex(std::string_view text) {
    ByteBuffer bytes;
    if (text.empty()) return bytes;
    if (!bytes.resize(text.size() / 2)) return out_of_memory(text.size() / 2);
    std::size_t size = 0;
    // An odd number first: one character leaves no room to hand over.
    const bool read =
        text.size() % 2 == 0 && sodium_hex2bin(raw_mutable(bytes.span()), bytes.size(), text.data(),
                                               text.size(), nullptr, &size, nullptr) == 0;
    if (!read) {
        return fail(ErrorCode::encoding_malformed,
                    std::to_string(text.size()) + " characters that are not pairs of hex digits");
    }
    return bytes;
}

std::string encode_base64(Bytes bytes, Base64 form) {
    const int variant = variant_of(form);
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), variant);
    text.pop_back();  // the terminator
    return text;
}

Result<ByteBuffer> decode_base64(std::string_view text, Base64 form) {
    // libsodium 1.0.18 sign-extends characters, and takes some above 0x7F for '/', '+' or others.
    if (!std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        return fail(ErrorCode::encoding_malformed, "a character that is not ASCII");
    }
    ByteBuffer bytes;
    const std::size_t capacity = text.size() / 4 * 3 + 3;
    if (!bytes.resize(capacity)) return out_of_memory(capacity);
    std::size_t size = 0;
    if (sodium_base642bin(raw_mutable(bytes.span()), bytes.size(), text.data(), text.size(),
                          nullptr, &size, nullptr, variant_of(form)) != 0) {
        return fail(ErrorCode::encoding_malformed,
                    std::to_string(text.size()) + " characters that are not canonical base64");
    }
    if (!bytes.resize(size)) return out_of_memory(size);
    return bytes;
}

}  // namespace limpid::security
