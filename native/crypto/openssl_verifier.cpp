#include "crypto/openssl_verifier.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "crypto/openssl_free.hpp"

namespace limpid::crypto {
namespace {

using security::AsymmetricPublicKey;
using security::AsymmetricVerdict;
using security::Bytes;
using security::JwsAlgorithm;

using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

const unsigned char* raw(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

BigNumber number(Bytes big_endian) {
    return BigNumber(BN_bin2bn(raw(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

/// Null when OpenSSL refuses the parameters.
Key key_from(const char* kind, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return Key(key);
}

Key rsa_key(Bytes modulus, Bytes exponent) {
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    const BigNumber n = number(modulus);
    const BigNumber e = number(exponent);
    if (!builder || !n || !e ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return key_from("RSA", builder.get());
}

constexpr std::size_t kCoordinateBytes = 32;

Key p256_key(Bytes x, Bytes y) {
    // SEC 1 section 2.3.3: an uncompressed point.
    std::array<std::byte, 1 + 2 * kCoordinateBytes> point{std::byte{4}};
    std::ranges::copy(x, point.begin() + 1);
    std::ranges::copy(y, point.begin() + 1 + kCoordinateBytes);
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) !=
            1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    Key key = key_from("EC", builder.get());
    if (!key) return nullptr;
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
    return key;
}

/// r and s as the SEQUENCE of two INTEGERs that OpenSSL reads; empty when it has no memory.
std::vector<unsigned char> der_of(Bytes signature) {
    const EcdsaSignature pair(ECDSA_SIG_new());
    BigNumber r = number(signature.first(kCoordinateBytes));
    BigNumber s = number(signature.last(kCoordinateBytes));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    (void)r.release();  // owned by the pair now
    (void)s.release();
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0) return {};
    std::vector<unsigned char> der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    i2d_ECDSA_SIG(pair.get(), &out);
    return der;
}

bool use_pss(EVP_PKEY_CTX* context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool verify_with(EVP_PKEY* key, bool pss, Bytes message, std::span<const unsigned char> signature) {
    const DigestContext digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX* context = nullptr;  // belongs to digest
    return digest &&
           EVP_DigestVerifyInit(digest.get(), &context, EVP_sha256(), nullptr, key) == 1 &&
           (!pss || use_pss(context)) &&
           EVP_DigestVerify(digest.get(), signature.data(), signature.size(), raw(message),
                            message.size()) == 1;
}

bool verify_rsa(const AsymmetricPublicKey& key, Bytes message, Bytes signature) {
    const Key rsa = rsa_key(key.modulus_or_x, key.exponent_or_y);
    return rsa && verify_with(rsa.get(), key.algorithm == JwsAlgorithm::ps256, message,
                              {raw(signature), signature.size()});
}

bool verify_es256(const AsymmetricPublicKey& key, Bytes message, Bytes signature) {
    if (key.modulus_or_x.size() != kCoordinateBytes ||
        key.exponent_or_y.size() != kCoordinateBytes || signature.size() != 2 * kCoordinateBytes) {
        return false;
    }
    const Key point = p256_key(key.modulus_or_x, key.exponent_or_y);
    const std::vector<unsigned char> der = der_of(signature);
    return point && !der.empty() && verify_with(point.get(), false, message, der);
}

}  // namespace

AsymmetricVerdict OpenSslVerifier::verify(const AsymmetricPublicKey& key, Bytes message,
                                          Bytes signature) const noexcept {
    bool valid = false;
    switch (key.algorithm) {
        case JwsAlgorithm::rs256:
        case JwsAlgorithm::ps256:
            valid = verify_rsa(key, message, signature);
            break;
        case JwsAlgorithm::es256:
            valid = verify_es256(key, message, signature);
            break;
        case JwsAlgorithm::hs256:
        case JwsAlgorithm::eddsa:
            return AsymmetricVerdict::unsupported;
    }
    // Refusals leave entries in this thread's queue, which others would take for their own.
    ERR_clear_error();
    return valid ? AsymmetricVerdict::valid : AsymmetricVerdict::invalid;
}

void prepare_openssl() noexcept {
    ::OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
}

}  // namespace limpid::crypto
