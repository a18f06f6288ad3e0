#include "crypto/tls_dialer.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <utility>

#include "crypto/openssl_free.hpp"
#include "limpid/security/network.hpp"

namespace limpid::crypto {
namespace {

using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

// 112 bits: RSA from 2048 bits on, no SHA-1 in signatures.
constexpr int kDialerSecurityLevel = 2;

std::unexpected<Error> malformed(std::string_view why) {
    ERR_clear_error();
    return fail(ErrorCode::tls_certificate_malformed, "the authorities: " + std::string(why));
}

Status use_authorities(SSL_CTX* context, std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return fail(ErrorCode::memory_exhausted);
    int count = 0;
    while (const Certificate authority{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) {
            return malformed("one cannot be used");
        }
        ++count;
    }
    // The end of the text is an error to OpenSSL too.
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
        return malformed("one cannot be read");
    }
    ERR_clear_error();
    if (count == 0) return malformed("there is none");
    return {};
}

}  // namespace

void FreeTlsConnection::operator()(ssl_st* connection) const noexcept { SSL_free(connection); }

Result<std::shared_ptr<const TlsDialer>> TlsDialer::make(std::string_view authorities_pem,
                                                         std::string host) {
    ERR_clear_error();
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
        return fail(ErrorCode::memory_exhausted);
    }
    SSL_CTX_set_security_level(context.get(), kDialerSecurityLevel);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (authorities_pem.empty()) {
        if (SSL_CTX_set_default_verify_paths(context.get()) != 1) {
            return malformed("the system has none");
        }
    } else if (Status status = use_authorities(context.get(), authorities_pem); !status) {
        return std::unexpected(std::move(status).error());
    }
    return std::shared_ptr<const TlsDialer>(new TlsDialer(context.release(), std::move(host)));
}

TlsDialer::~TlsDialer() { SSL_CTX_free(context_); }

TlsConnection TlsDialer::new_connection() const {
    TlsConnection connection(SSL_new(context_));
    if (!connection) return nullptr;
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(connection.get());
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const bool is_address = security::IpAddress::parse(host_).has_value();
    // RFC 6066 section 3: the name that is told to the server is never an address.
    const bool named = is_address
                           ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str()) == 1
                           : X509_VERIFY_PARAM_set1_host(wanted, host_.data(), host_.size()) == 1 &&
                                 SSL_set_tlsext_host_name(connection.get(), host_.c_str()) == 1;
    ERR_clear_error();
    // Without a name that is checked there must be no connection.
    return named ? std::move(connection) : nullptr;
}

std::string why_not_trusted(const ssl_st* connection) {
    const long result = SSL_get_verify_result(connection);
    return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

}  // namespace limpid::crypto
