#include "crypto/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <limits>
#include <memory>
#include <utility>

#include "platform/printable.hpp"

namespace limpid::crypto {
namespace {

template <auto kFree>
struct FreeX509 {
    template <class T>
    void operator()(T* object) const noexcept {
        kFree(object);
    }
};
using Input = std::unique_ptr<BIO, FreeX509<BIO_free_all>>;
using Parsed = std::unique_ptr<X509, FreeX509<X509_free>>;
using PublicOrPrivate = std::unique_ptr<EVP_PKEY, FreeX509<EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, FreeX509<GENERAL_NAMES_free>>;

/// Refusals leave entries in this thread's queue, which others would take for their own.
struct ClearErrors {
    ClearErrors() = default;
    ~ClearErrors() { ERR_clear_error(); }
    ClearErrors(const ClearErrors&) = delete;
    ClearErrors& operator=(const ClearErrors&) = delete;
};

Input input_of(std::string_view text) {
    if (text.size() > kMaxCertificateBytes) return nullptr;
    return Input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(const X509_NAME* name) {
    const Input out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
    const char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return size > 0 ? platform::printable({data, static_cast<std::size_t>(size)}) : std::string();
}

/// A time that cannot be read is one in the far past: nothing counts as valid by mistake.
security::UnixSeconds time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        return {std::numeric_limits<std::int64_t>::min() / 2};
    }
    return {static_cast<std::int64_t>(::timegm(&parts))};
}

std::string address_text(const ASN1_OCTET_STRING* address) {
    const unsigned char* const bytes = ASN1_STRING_get0_data(address);
    const int size = ASN1_STRING_length(address);
    std::string text;
    for (int i = 0; i < size; ++i) {
        if (!text.empty()) text += size == 4 ? '.' : ':';
        text += std::to_string(bytes[i]);
    }
    return text;
}

std::vector<std::string> names_of(const X509* certificate) {
    const Names names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> found;
    if (!names) return found;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) {
            const ASN1_IA5STRING* const dns = name->d.dNSName;
            found.push_back(
                platform::printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                                     static_cast<std::size_t>(ASN1_STRING_length(dns))}));
        } else if (name->type == GEN_IPADD) {
            found.push_back(address_text(name->d.iPAddress));
        }
    }
    return found;
}

std::string digest_of(const X509* certificate) {
    int digest = NID_undef;
    const int known =
        X509_get_signature_info(const_cast<X509*>(certificate), &digest, nullptr, nullptr, nullptr);
    return known == 1 && digest != NID_undef ? OBJ_nid2sn(digest) : std::string();
}

Certificate describe_certificate(X509* certificate) {
    Certificate told;
    told.subject = text_of(X509_get_subject_name(certificate));
    told.issuer = text_of(X509_get_issuer_name(certificate));
    told.not_before = time_of(X509_get0_notBefore(certificate));
    told.not_after = time_of(X509_get0_notAfter(certificate));
    told.names = names_of(certificate);
    told.signature_digest = digest_of(certificate);
    EVP_PKEY* const key = X509_get0_pubkey(certificate);
    if (key != nullptr) {
        const char* const kind = EVP_PKEY_get0_type_name(key);
        told.key_kind = kind == nullptr ? "" : kind;
        told.key_bits = EVP_PKEY_get_bits(key);
        told.self_signed = X509_verify(certificate, key) == 1;
    }
    return told;
}

/// Nothing at the end of the file; an error for what is no certificate.
Result<std::vector<Parsed>> parse_chain(std::string_view pem) {
    const Input input = input_of(pem);
    if (!input) return fail(ErrorCode::key_malformed, "too large for a file of certificates");
    std::vector<Parsed> chain;
    for (;;) {
        Parsed certificate(PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        chain.push_back(std::move(certificate));
        if (chain.size() > kMaxCertificates) {
            return fail(ErrorCode::key_malformed,
                        "more than " + std::to_string(kMaxCertificates) + " certificates");
        }
    }
    const unsigned long reason = ERR_peek_last_error();
    const bool ended =
        ERR_GET_LIB(reason) == ERR_LIB_PEM && ERR_GET_REASON(reason) == PEM_R_NO_START_LINE;
    if (chain.empty() || !ended) {
        return fail(ErrorCode::key_malformed,
                    "certificate " + std::to_string(chain.size() + 1) + " cannot be read as PEM");
    }
    return chain;
}

/// No passphrase is asked for: the terminal is not ours.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

}  // namespace

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
    const ClearErrors clear;
    const auto chain = parse_chain(pem);
    if (!chain) return std::unexpected(chain.error());
    std::vector<Certificate> told;
    for (std::size_t i = 0; i < chain->size(); ++i) {
        told.push_back(describe_certificate((*chain)[i].get()));
        if (i + 1 == chain->size()) break;
        EVP_PKEY* const next = X509_get0_pubkey((*chain)[i + 1].get());
        told.back().signed_by_next = next != nullptr && X509_verify((*chain)[i].get(), next) == 1;
    }
    return told;
}

Result<bool> is_key_of(const security::Secret& key, std::string_view certificates) {
    const ClearErrors clear;
    const auto chain = parse_chain(certificates);
    if (!chain) return std::unexpected(chain.error());
    const Input input = input_of(key.expose_text());
    if (!input) return fail(ErrorCode::key_malformed, "too large for a private key");
    bool asked = false;
    const PublicOrPrivate parsed(
        PEM_read_bio_PrivateKey(input.get(), nullptr, &no_passphrase, &asked));
    if (asked) return fail(ErrorCode::key_wrong_password, "the private key is encrypted");
    if (!parsed) return fail(ErrorCode::key_malformed, "no private key in PEM");
    return X509_check_private_key(chain->front().get(), parsed.get()) == 1;
}

std::string openssl_version() {
    return std::to_string(OPENSSL_version_major()) + "." + std::to_string(OPENSSL_version_minor()) +
           "." + std::to_string(OPENSSL_version_patch());
}

}  // namespace limpid::crypto
