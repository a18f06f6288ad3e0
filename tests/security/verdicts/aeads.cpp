#include <stdexcept>

#include "security/crypto/aead.hpp"
#include "security/crypto/aes256gcm.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

template <std::size_t kBytes>
std::span<const std::byte, kBytes> fixed(const std::vector<std::byte>& bytes) {
    return std::span(bytes).template first<kBytes>();
}

/// One vector, with ciphertext and tag in one piece.
struct Vector {
    explicit Vector(const Json& test)
        : key(bytes_of(test, "key")),
          nonce(bytes_of(test, "iv")),
          associated(bytes_of(test, "aad")),
          plaintext(bytes_of(test, "msg")),
          sealed(bytes_of(test, "ct")) {
        const auto tag = bytes_of(test, "tag");
        sealed.insert(sealed.end(), tag.begin(), tag.end());
    }

    template <std::size_t kNonceBytes, class Open>
    [[nodiscard]] bool opens_by(Open open) const {
        std::vector<std::byte> opened(plaintext.size());
        return open(fixed<32>(key), fixed<kNonceBytes>(nonce), associated, sealed, opened) &&
               opened == plaintext;
    }

    std::vector<std::byte> key;
    std::vector<std::byte> nonce;
    std::vector<std::byte> associated;
    std::vector<std::byte> plaintext;
    std::vector<std::byte> sealed;
};

/// Opens the vector and seals it again. A nonce of another size is refused by the type.
template <std::size_t kNonceBytes, class Open, class Seal>
bool opens_and_seals(const Vector& v, Open open, Seal seal) {
    if (v.key.size() != 32 || v.nonce.size() != kNonceBytes) return false;
    if (!v.opens_by<kNonceBytes>(open)) return false;
    std::vector<std::byte> again(v.sealed.size());
    return seal(fixed<32>(v.key), fixed<kNonceBytes>(v.nonce), v.associated, v.plaintext, again) &&
           again == v.sealed;
}

}  // namespace

std::optional<bool> accepts_chacha20_poly1305(const Json&, const Json& test) {
    return opens_and_seals<12>(Vector(test), security::chacha20poly1305_ietf_open,
                               security::chacha20poly1305_ietf_seal);
}

std::optional<bool> accepts_xchacha20_poly1305(const Json&, const Json& test) {
    return opens_and_seals<24>(Vector(test), security::xchacha20poly1305_open,
                               security::xchacha20poly1305_seal);
}

std::optional<bool> accepts_aes_256_gcm(const Json& group, const Json& test) {
    if (group.at("keySize") != 256 || group.at("ivSize") != 96 || group.at("tagSize") != 128) {
        return std::nullopt;
    }
    const Vector vector(test);
    const bool accepted = vector.opens_by<12>(security::aes256gcm_open);
    if (accepted != vector.opens_by<12>(security::aes256gcm_open_portable)) {
        throw std::runtime_error("the two implementations of AES-256-GCM disagree");
    }
    return accepted;
}

}  // namespace limpid::verdicts
