#pragma once

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signed_url.hpp"

namespace limpid::service::sources {

/// What signs and verifies the URLs of pictures: the secret `url_keys`, pairs of key and salt in
/// hexadecimal as `KEY:SALT`, with blanks or line ends between. The first signs, all verify.
/// @return as security::UrlKey::from_hex() and SignedUrls::create(), naming the pair by its number.
[[nodiscard]] Result<security::SignedUrls> read_url_keys(
    const security::Secret& keys, const security::SignedUrlPolicy& policy = {});

}  // namespace limpid::service::sources
