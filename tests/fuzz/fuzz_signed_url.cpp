#include "fuzz/fuzz_target.hpp"
#include "limpid/security/signed_url.hpp"

namespace limpid::fuzz {
namespace {

std::string verdict_in(security::SignedUrlForm form, std::string_view text) {
    constexpr std::string_view kKey = "000102030405060708090a0b0c0d0e0f";
    auto key = form == security::SignedUrlForm::imgproxy
                   ? security::UrlKey::from_hex(kKey, "0011")
                   : security::UrlKey::from_secret(security::as_bytes(kKey));
    require(key.has_value(), "a key of 16 bytes is one");
    security::SignedUrlPolicy policy;
    policy.form = form;
    const auto urls = security::SignedUrls::create({*key}, policy);
    require(urls.has_value(), "a key makes a verifier");
    if (const auto made = urls->sign(text)) {
        require(urls->verify(*made, security::UnixSeconds{0}).has_value() ||
                    text.find("exp") != std::string_view::npos,
                "what is signed verifies, unless it says that it has expired");
    }
    const auto verified = urls->verify(text, security::UnixSeconds{1'700'000'000});
    if (!verified) return verdict_of(verified.error());
    require(verified->path.starts_with('/'), "a path begins with a slash");
    return "ok";
}

}  // namespace

std::string signed_url(Input input) {
    return verdict_in(security::SignedUrlForm::imgproxy, text_of(input)) + " " +
           verdict_in(security::SignedUrlForm::imagor, text_of(input));
}

}  // namespace limpid::fuzz
