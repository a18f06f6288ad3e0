#include "limpid/security/license_activation.hpp"

#include <gtest/gtest.h>

#include <string>

#include "limpid/security/license_issue.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::license_activation_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};
constexpr std::string_view kSalt = "application salt 1";

SigningKey key_of(std::uint64_t seed) {
    SeededRandom random(seed);
    return SigningKey::generate(random).value();
}

/// One machine with its key, one issuer, and what passes between them.
class LicenseActivation : public ::testing::Test {
protected:
    static License terms() {
        License license;
        license.id = "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3";
        license.product = "limpid";
        license.issued_at = license.not_before = kNow;
        return license;
    }
    std::string request(std::uint64_t seed = 3) {
        SeededRandom random(seed);
        return request_activation({.license_id = terms().id,
                                   .product = "limpid",
                                   .fingerprint = fingerprint_,
                                   .device_key = {},
                                   .nonce = {},
                                   .created_at = kNow},
                                  device_, random)
            .value();
    }
    Result<License> activate(const std::string& text, const ActivationRequest& asked,
                             const std::string& fingerprint) {
        const VerifyKey key = issuer_.verify_key();
        return activate_license(text, std::span(&key, 1), asked, fingerprint);
    }

    SigningKey issuer_ = key_of(1);
    SigningKey device_ = key_of(2);
    std::string fingerprint_ = machine_fingerprint(as_bytes(kSalt), "machine a").value();
    std::string other_fingerprint_ = machine_fingerprint(as_bytes(kSalt), "machine b").value();
};

TEST_F(LicenseActivation, V2_RequestIssueActivateDeactivate) {
    const std::string asked_text = request();
    EXPECT_TRUE(asked_text.starts_with("LIMPID-REQUEST-"));
    const ActivationRequest asked = read_activation_request(asked_text).value();
    EXPECT_EQ(asked.fingerprint, fingerprint_);

    const std::string issued = issue_activation(asked, terms(), issuer_).value();
    const License license = activate(issued, asked, fingerprint_).value();
    EXPECT_EQ(license.fingerprint, fingerprint_);
    LicenseStatus status = evaluate_license(license, {.now = kNow, .fingerprint = fingerprint_});
    EXPECT_EQ(status.state, LicenseState::active);

    const std::string released = deactivate_license(license, device_, kNow).value();
    EXPECT_TRUE(released.starts_with("LIMPID-RELEASE-"));
    EXPECT_EQ(read_deactivation(released, license).value().deactivated_at, kNow);
    status.memory.deactivated = true;
    EXPECT_EQ(evaluate_license(license,
                               {.now = kNow, .fingerprint = fingerprint_, .memory = status.memory})
                  .state,
              LicenseState::deactivated);
}

TEST_F(LicenseActivation, V2_AnotherMachineIsRefused) {
    const ActivationRequest asked = read_activation_request(request()).value();
    const std::string issued = issue_activation(asked, terms(), issuer_).value();
    EXPECT_EQ(code_of(activate(issued, asked, other_fingerprint_)), "license.machine_mismatch");
    const License license = activate(issued, asked, fingerprint_).value();
    for (const std::string& fingerprint : {other_fingerprint_, std::string()}) {
        const LicenseStatus status =
            evaluate_license(license, {.now = kNow, .fingerprint = fingerprint});
        EXPECT_EQ(status.state, LicenseState::machine_mismatch);
        EXPECT_EQ(code_of(require_license(status)), "license.machine_mismatch");
    }
}

TEST_F(LicenseActivation, V2_EveryFlippedByteOfEveryDocumentIsNotGenuine) {
    const std::string asked_text = request();
    const ActivationRequest asked = read_activation_request(asked_text).value();
    const std::string issued = issue_activation(asked, terms(), issuer_).value();
    const License license = activate(issued, asked, fingerprint_).value();
    const std::string released = deactivate_license(license, device_, kNow).value();
    const auto each_flip = [](std::string text, auto read) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const int flip : {1, 4, 32, 128, 255}) {
                const char before = text[at];
                text[at] = static_cast<char>(before ^ flip);
                EXPECT_EQ(code_of(read(text)), "license.not_genuine") << at << " ^ " << flip;
                text[at] = before;
            }
        }
    };
    each_flip(asked_text, [](const std::string& t) { return read_activation_request(t); });
    each_flip(issued, [&](const std::string& t) { return activate(t, asked, fingerprint_); });
    each_flip(released, [&](const std::string& t) { return read_deactivation(t, license); });
}

TEST_F(LicenseActivation, ALicenceAnswersOneRequest) {
    const ActivationRequest asked = read_activation_request(request(3)).value();
    const ActivationRequest later = read_activation_request(request(4)).value();
    const std::string issued = issue_activation(asked, terms(), issuer_).value();
    EXPECT_EQ(code_of(activate(issued, later, fingerprint_)), "license.wrong_request");
    const std::string site = issue_license(terms(), issuer_).value();
    EXPECT_EQ(code_of(activate(site, asked, fingerprint_)), "license.wrong_request");
}

TEST_F(LicenseActivation, ARequestIsAnsweredForItsLicenceOnly) {
    const ActivationRequest asked = read_activation_request(request()).value();
    License other = terms();
    other.id = "00000000-0000-0000-0000-000000000000";
    EXPECT_EQ(code_of(issue_activation(asked, other, issuer_)), "argument.invalid");
    other = terms();
    other.product = "another";
    EXPECT_EQ(code_of(issue_activation(asked, other, issuer_)), "argument.invalid");
}

TEST_F(LicenseActivation, OnlyTheMachineCanGiveItsLicenceBack) {
    const ActivationRequest asked = read_activation_request(request(3)).value();
    const License license =
        activate(issue_activation(asked, terms(), issuer_).value(), asked, fingerprint_).value();
    EXPECT_EQ(code_of(deactivate_license(license, key_of(9), kNow)), "license.wrong_request");
    const std::string released = deactivate_license(license, device_, kNow).value();
    // Nor does the proof release a later activation of the same machine.
    const ActivationRequest later = read_activation_request(request(4)).value();
    const License again =
        activate(issue_activation(later, terms(), issuer_).value(), later, fingerprint_).value();
    EXPECT_EQ(code_of(read_deactivation(released, again)), "license.wrong_request");
    EXPECT_EQ(code_of(read_deactivation(released, terms())), "license.wrong_request");
    EXPECT_EQ(code_of(deactivate_license(terms(), device_, kNow)), "license.wrong_request");
}

}  // namespace
}  // namespace limpid::security::license_activation_test
