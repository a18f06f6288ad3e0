#include <string>
#include <string_view>

#include "doctor/check.hpp"
#include "doctor/self_tests.hpp"

// Does this program compute what it should, on this machine?
namespace limpid::doctor {
namespace {

/// FIPS 180-4, and NIST's example for the message "abc".
constexpr std::string_view kSha256OfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string accepts_and_refuses(bool accepts, bool refuses) {
    if (!accepts) return "what is genuine is refused";
    return refuses ? "" : "what was changed is accepted";
}

}  // namespace

Outcome crypto_sha256(const Subject& subject) {
    const std::string& digest = subject.self_tests.sha256_of_abc;
    return digest == kSha256OfAbc ? fine() : found("it gives " + digest);
}

Outcome crypto_ed25519(const Subject& subject) {
    return found_if(accepts_and_refuses(subject.self_tests.ed25519_accepts,
                                        subject.self_tests.ed25519_refuses));
}

Outcome crypto_es256(const Subject& subject) {
    return found_if(
        accepts_and_refuses(subject.self_tests.es256_accepts, subject.self_tests.es256_refuses));
}

Outcome crypto_sealing(const Subject& subject) {
    return found_if(
        accepts_and_refuses(subject.self_tests.sealing_opens, subject.self_tests.sealing_refuses));
}

Outcome crypto_random(const Subject& subject) {
    return subject.self_tests.random_differs ? fine() : found("it gave the same bytes twice");
}

Outcome crypto_picture(const Subject& subject) {
    const std::string& digest = subject.self_tests.picture_digest;
    return digest == kPictureDigest ? fine() : found("its SHA-256 is " + digest);
}

Outcome crypto_guarded_memory(const Subject& subject) {
    return subject.self_tests.memory_is_guarded ? fine() : found("it lies on the heap");
}

}  // namespace limpid::doctor
