// What every target judges alike.
#include "security/verdicts/suites.hpp"

#include <array>

namespace limpid::verdicts {
namespace {

std::optional<Answer> answer_jws_alone(const Json& group, const Json& test) {
    return answer_jws(group, test, nullptr);
}

constexpr std::array kSuites = {
    Suite{"aes_256_gcm", "aes_gcm_test.json", plain<accepts_aes_256_gcm>},
    Suite{"chacha20_poly1305", "chacha20_poly1305_test.json", plain<accepts_chacha20_poly1305>},
    Suite{"ed25519", "ed25519_test.json", plain<accepts_ed25519>},
    Suite{"hkdf_sha256", "hkdf_sha256_test.json", plain<accepts_hkdf_sha256>},
    Suite{"hmac_sha256", "hmac_sha256_test.json", plain<accepts_hmac_sha256>},
    Suite{"hmac_sha512", "hmac_sha512_test.json", plain<accepts_hmac_sha512>},
    Suite{"json_web_key", "json_web_key_test.json", answer_jws_alone},
    Suite{"json_web_signature", "json_web_signature_test.json", answer_jws_alone},
    Suite{"pbkdf2_sha256", "pbkdf2_hmacsha256_test.json", plain<accepts_pbkdf2_sha256>},
    Suite{"xchacha20_poly1305", "xchacha20_poly1305_test.json", plain<accepts_xchacha20_poly1305>},
};

}  // namespace

std::span<const Suite> suites() { return kSuites; }

Judged examples() { return judge_examples(nullptr); }

}  // namespace limpid::verdicts
