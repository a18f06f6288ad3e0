#include "crypto/tls_server.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>

#include "crypto/openssl_free.hpp"

namespace limpid::crypto {
namespace {

using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Free<X509_CRL_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

constexpr const char* kTls13Suites =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
// From OpenSSL 3.5 on with the exchange that a quantum computer does not break; before, that name
// is unknown and the whole list refused.
constexpr const char* kGroups = "X25519MLKEM768:X25519:P-256:P-384";
constexpr const char* kClassicGroups = "X25519:P-256:P-384";
// 112 bits: RSA from 2048 bits on, no SHA-1 in signatures.
constexpr int kSecurityLevel = 2;
// Certificates between a client's and an authority.
constexpr int kMaxChainDepth = 4;
constexpr std::uint64_t kOptions = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA;

/// Why OpenSSL refused, in its own fixed words; leaves this thread's queue of errors empty.
std::string take_reason() {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    std::string text = reason == nullptr ? "OpenSSL does not say why" : reason;
    ERR_clear_error();
    return text;
}

/// A text without objects of the wanted kind ends in this error, and so does every other text.
bool take_end_of_text() {
    const unsigned long error = ERR_peek_last_error();
    const bool ended =
        ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    if (ended) ERR_clear_error();
    return ended;
}

Bio reader_of(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// For PEM_read_bio_*: never asks at a terminal.
int give_passphrase(char* buffer, int capacity, int, void* passphrase) {
    const auto* const secret = static_cast<const security::Secret*>(passphrase);
    if (secret == nullptr || secret->size() > static_cast<std::size_t>(capacity)) return -1;
    std::ranges::copy(secret->expose_text(), buffer);
    return static_cast<int>(secret->size());
}

/// Every object that `read` finds in a PEM text.
template <class Object, class Read>
Result<std::vector<Object>> read_all(std::string_view pem, std::string_view what, Read read) {
    const Bio bio = reader_of(pem);
    if (!bio) return fail(ErrorCode::memory_exhausted);
    std::vector<Object> objects;
    while (Object object{read(bio.get())}) objects.push_back(std::move(object));
    if (!take_end_of_text()) {
        return fail(ErrorCode::tls_certificate_malformed, std::string(what) + ": " + take_reason());
    }
    if (objects.empty()) {
        return fail(ErrorCode::tls_certificate_malformed, std::string(what) + ": there is none");
    }
    return objects;
}

Result<std::vector<Certificate>> read_certificates(std::string_view pem, std::string_view what) {
    return read_all<Certificate>(pem, what, [](BIO* bio) {
        return PEM_read_bio_X509(bio, nullptr, give_passphrase, nullptr);
    });
}

Result<PrivateKey> read_key(const TlsMaterial& material) {
    const Bio bio = reader_of(material.key->expose_text());
    // The callback only reads it.
    auto* const passphrase = const_cast<security::Secret*>(material.passphrase);
    PrivateKey key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, passphrase)
                       : nullptr);
    if (!key) return fail(ErrorCode::tls_key_malformed, take_reason());
    ERR_clear_error();
    return key;
}

Status check_valid(const X509* certificate, security::UnixSeconds now) {
    std::time_t at = now.value;
    if (X509_cmp_time(X509_get0_notAfter(certificate), &at) != 1) {
        return fail(ErrorCode::tls_certificate_expired, "the certificate has expired");
    }
    if (X509_cmp_time(X509_get0_notBefore(certificate), &at) != -1) {
        return fail(ErrorCode::tls_certificate_expired, "the certificate is not valid yet");
    }
    return {};
}

/// Take http/1.1 when the client names protocols; when that is not among them, RFC 7301 section 3.2
/// has the handshake end, so that no client of another protocol talks to this one (ALPACA).
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr unsigned char kProtocols[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kProtocols, sizeof kProtocols, offered,
                              offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

bool use_protocols(SSL_CTX* context) {
    SSL_CTX_set_options(context, kOptions);
    // A chain is what the file holds, and nothing that the clients' authorities would add to it.
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_security_level(context, kSecurityLevel);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    const bool done = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                      SSL_CTX_set_num_tickets(context, 0) == 1 &&
                      SSL_CTX_set_ciphersuites(context, kTls13Suites) == 1 &&
                      SSL_CTX_set_cipher_list(context, kTls12Suites) == 1 &&
                      (SSL_CTX_set1_groups_list(context, kGroups) == 1 ||
                       SSL_CTX_set1_groups_list(context, kClassicGroups) == 1);
    ERR_clear_error();
    return done;
}

Status use_identity(SSL_CTX* context, const TlsMaterial& material, security::UnixSeconds now) {
    auto chain = read_certificates(material.certificate_pem, "the certificate");
    if (!chain) return std::unexpected(std::move(chain).error());
    const auto key = read_key(material);
    if (!key) return std::unexpected(key.error());
    X509* const certificate = chain->front().get();
    if (Status status = check_valid(certificate, now); !status) return status;
    if (X509_check_private_key(certificate, key->get()) != 1) {
        return fail(ErrorCode::tls_key_mismatch, take_reason());
    }
    bool used = SSL_CTX_use_certificate(context, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(context, key->get()) == 1;
    for (auto next = chain->begin() + 1; used && next != chain->end(); ++next) {
        used = SSL_CTX_add1_chain_cert(context, next->get()) == 1;
    }
    if (used) return {};
    return fail(ErrorCode::tls_certificate_malformed, "the certificate: " + take_reason());
}

Status use_revocations(X509_STORE* store, std::string_view pem, security::UnixSeconds now) {
    const auto lists = read_all<RevocationList>(pem, "the revocation lists", [](BIO* bio) {
        return PEM_read_bio_X509_CRL(bio, nullptr, give_passphrase, nullptr);
    });
    if (!lists) return std::unexpected(lists.error());
    for (const RevocationList& list : *lists) {
        std::time_t at = now.value;
        const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list.get());
        // With one of these every client would be refused.
        if (next != nullptr && X509_cmp_time(next, &at) != 1) {
            return fail(ErrorCode::tls_certificate_expired, "a revocation list has expired");
        }
        if (X509_STORE_add_crl(store, list.get()) != 1) {
            return fail(ErrorCode::tls_certificate_malformed,
                        "the revocation lists: " + take_reason());
        }
    }
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return {};
}

Status use_client_authorities(SSL_CTX* context, const TlsMaterial& material,
                              security::UnixSeconds now) {
    const auto authorities =
        read_certificates(material.client_authorities_pem, "the clients' authorities");
    if (!authorities) return std::unexpected(authorities.error());
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    for (const Certificate& authority : *authorities) {
        if (X509_STORE_add_cert(store, authority.get()) != 1 ||
            SSL_CTX_add_client_CA(context, authority.get()) != 1) {
            return fail(ErrorCode::tls_certificate_malformed,
                        "the clients' authorities: " + take_reason());
        }
    }
    SSL_CTX_set_verify_depth(context, kMaxChainDepth);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (material.revocations_pem.empty()) return {};
    return use_revocations(store, material.revocations_pem, now);
}

/// A name as text, when it is one that cannot be taken for one of another kind.
std::optional<std::string> text_of_name(const GENERAL_NAME* name) {
    if (name->type != GEN_DNS && name->type != GEN_EMAIL && name->type != GEN_URI) {
        return std::nullopt;
    }
    const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5));
    std::string text(data, static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (text.empty() || !std::ranges::all_of(text, printable)) return std::nullopt;
    const bool colon = text.contains(':');
    const bool at = text.contains('@');
    if (name->type == GEN_URI) return colon ? std::optional(std::move(text)) : std::nullopt;
    if (colon || at != (name->type == GEN_EMAIL)) return std::nullopt;
    if (name->type == GEN_DNS) {
        std::ranges::transform(text, text.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
    }
    return text;
}

}  // namespace

Result<std::shared_ptr<const TlsServer>> TlsServer::make(const TlsMaterial& material,
                                                         security::UnixSeconds now) {
    ERR_clear_error();
    Context context(SSL_CTX_new(TLS_server_method()));
    if (!context || !use_protocols(context.get())) return fail(ErrorCode::memory_exhausted);
    if (Status status = use_identity(context.get(), material, now); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (!material.client_authorities_pem.empty()) {
        if (Status status = use_client_authorities(context.get(), material, now); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
    return std::shared_ptr<const TlsServer>(new TlsServer(context.release()));
}

TlsServer::~TlsServer() { SSL_CTX_free(context_); }

ssl_st* TlsServer::new_connection() const {
    SSL* const connection = SSL_new(context_);
    ERR_clear_error();
    return connection;
}

std::vector<std::string> client_names(ssl_st* connection) {
    std::vector<std::string> texts;
    const Certificate certificate(SSL_get1_peer_certificate(connection));
    if (!certificate || SSL_get_verify_result(connection) != X509_V_OK) return texts;
    const Names names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
    ERR_clear_error();
    if (!names) return texts;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        if (auto text = text_of_name(sk_GENERAL_NAME_value(names.get(), i))) {
            texts.push_back(*std::move(text));
        }
    }
    return texts;
}

}  // namespace limpid::crypto
