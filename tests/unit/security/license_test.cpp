#include "limpid/security/license.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "limpid/security/license_issue.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::license_test {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr UnixSeconds kIssued{1'800'000'000};
constexpr UnixSeconds kEnd{kIssued.value + 365 * kDay};

SigningKey key_of(std::uint64_t seed) {
    SeededRandom random(seed);
    return SigningKey::generate(random).value();
}

License site_license() {
    License license;
    license.id = "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d3";
    license.product = "limpid";
    license.licensee = "Example GmbH, mail@example.com";
    license.features = {"hdr", "batch"};
    license.max_instances = 2;
    license.issued_at = license.not_before = kIssued;
    license.expires_at = kEnd;
    return license;
}

LicenseStatus check(const std::string& text, const LicenseConditions& conditions,
                    std::uint64_t issuer = 1) {
    const VerifyKey key = key_of(issuer).verify_key();
    return check_license(text, std::span(&key, 1), conditions);
}

std::string_view state_at(const std::string& text, std::int64_t time) {
    return to_string(check(text, {.now = {time}}).state);
}

TEST(License, V1_ASiteLicenceNeedsNoMachineAndHasGrace) {
    const std::string text = issue_license(site_license(), key_of(1)).value();
    EXPECT_TRUE(text.starts_with("LIMPID-LICENSE-"));
    const LicenseStatus status = check(text, {.now = kIssued});
    EXPECT_EQ(status.state, LicenseState::active);
    EXPECT_TRUE(status.usable());
    EXPECT_EQ(status.license, site_license());
    EXPECT_TRUE(status.license->fingerprint.empty());
    EXPECT_EQ(status.license->grace_days, 45);
    EXPECT_EQ(status.days_left, 365);

    EXPECT_EQ(state_at(text, kEnd.value), "active");
    EXPECT_EQ(state_at(text, kEnd.value + 1), "grace");
    const LicenseStatus grace = check(text, {.now = {kEnd.value + kDay}});
    EXPECT_EQ(grace.state, LicenseState::grace);
    EXPECT_TRUE(grace.usable());
    EXPECT_EQ(grace.days_left, -1);
    EXPECT_EQ(grace.grace_until, (UnixSeconds{kEnd.value + 45 * kDay}));
    EXPECT_EQ(state_at(text, kEnd.value + 45 * kDay), "grace");

    const LicenseStatus over = check(text, {.now = {kEnd.value + 45 * kDay + 1}});
    EXPECT_EQ(over.state, LicenseState::expired);
    const Status refused = require_license(over);
    EXPECT_EQ(code_of(refused), "license.expired");
    EXPECT_EQ(describe(refused.error().id()).http_status, 402);
}

TEST(License, V1_ARenewalKeepsTheGuid) {
    License renewed = site_license();
    renewed.issued_at.value += 300 * kDay;
    renewed.expires_at->value += 365 * kDay;
    const std::string text = issue_license(renewed, key_of(1)).value();
    EXPECT_EQ(check(text, {.now = {kEnd.value + kDay}}).state, LicenseState::active);
    EXPECT_EQ(check(text, {.now = kIssued}).license->id, site_license().id);
}

TEST(License, V1_AnIdThatIsNoGuidIsRefused) {
    for (const char* id :
         {"", "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9d", "4E8F35AB-7F72-4B1E-A1FD-2B5E9C58E9D3",
          "4e8f35ab7f724b1ea1fd2b5e9c58e9d3", "{4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9}",
          "4e8f35ab-7f72-4b1e-a1fd-2b5e9c58e9dg", "4e8f35ab-7f72-4b1e-a1fd2-b5e9c58e9d3"}) {
        EXPECT_FALSE(is_license_id(id)) << id;
        License license = site_license();
        license.id = id;
        const auto refused = issue_license(license, key_of(1));
        EXPECT_EQ(code_of(refused), "argument.invalid");
        EXPECT_EQ(describe(refused.error().id()).exit_code, 2);
    }
    EXPECT_TRUE(is_license_id(site_license().id));
}

TEST(License, V2_EveryFlippedByteIsNotGenuine) {
    std::string text = issue_license(site_license(), key_of(1)).value();
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
            const char before = text[at];
            text[at] = static_cast<char>(before ^ flip);
            EXPECT_EQ(state_at(text, kIssued.value), "not_genuine") << at << " ^ " << flip;
            text[at] = before;
        }
    }
    EXPECT_EQ(state_at(text, kIssued.value), "active");
}

TEST(License, HasOneSpelling) {
    const std::string text = issue_license(site_license(), key_of(1)).value();
    EXPECT_EQ(state_at(text + "\n", kIssued.value), "active");
    for (const std::string& other :
         {text + "\n\n", text + "\r\n", text + " ", text + "=", " " + text, text + ".", text + "A",
          text.substr(0, text.size() - 1)}) {
        EXPECT_EQ(state_at(other, kIssued.value), "not_genuine") << other;
    }
    EXPECT_EQ(state_at("", kIssued.value), "malformed");
    EXPECT_EQ(state_at("\n", kIssued.value), "malformed");
    EXPECT_EQ(state_at(std::string(70'000, 'A'), kIssued.value), "malformed");
}

TEST(License, AnotherIssuerAndAnotherKindOfDocumentAreNotGenuine) {
    const SigningKey issuer = key_of(1);
    const std::string text = issue_license(site_license(), issuer).value();
    EXPECT_EQ(check(text, {.now = kIssued}, 2).state, LicenseState::not_genuine);
    EXPECT_EQ(check_license(text, {}, {.now = kIssued}).state, LicenseState::not_genuine);
    // What the issuer signed as a list of revocations is no licence, whatever it is called.
    std::string list = issue_revocations({.sequence = 1, .issued_at = kIssued}, issuer).value();
    list.replace(0, std::string("LIMPID-REVOKED-").size(), "LIMPID-LICENSE-");
    EXPECT_EQ(check(list, {.now = kIssued}).state, LicenseState::not_genuine);
}

TEST(License, SeveralIssuersAreBelievedWhileOneReplacesAnother) {
    const std::vector<VerifyKey> issuers = {key_of(2).verify_key(), key_of(1).verify_key()};
    const std::string text = issue_license(site_license(), key_of(1)).value();
    EXPECT_TRUE(read_license(text, issuers).has_value());
}

TEST(License, I11_FeaturesThatAreNotListedAreNotLicensed) {
    const std::string text = issue_license(site_license(), key_of(1)).value();
    const LicenseStatus status = check(text, {.now = kIssued});
    EXPECT_TRUE(require_feature(status, "hdr").has_value());
    const Status refused = require_feature(status, "raw");
    EXPECT_EQ(code_of(refused), "license.feature_not_licensed");
    EXPECT_EQ(describe(refused.error().id()).http_status, 403);
    EXPECT_EQ(code_of(require_feature(status, "HDR")), "license.feature_not_licensed");
    EXPECT_EQ(code_of(require_feature(status, "")), "license.feature_not_licensed");
    EXPECT_EQ(code_of(require_feature(check("", {.now = kIssued}), "hdr")), "license.malformed");
}

TEST(License, I11_TheThirdInstanceOfTwoIsTooMany) {
    InstanceLeases leases(2, 300);
    EXPECT_TRUE(leases.acquire("a", kIssued).has_value());
    EXPECT_TRUE(leases.acquire("b", kIssued).has_value());
    EXPECT_TRUE(leases.acquire("a", kIssued).has_value());
    EXPECT_EQ(code_of(leases.acquire("c", kIssued)), "license.too_many_instances");
    EXPECT_EQ(leases.count(kIssued), 2U);
    leases.release("a");
    EXPECT_TRUE(leases.acquire("c", kIssued).has_value());
    // A lease that is not renewed ends by itself.
    EXPECT_EQ(code_of(leases.acquire("d", {kIssued.value + 299})), "license.too_many_instances");
    EXPECT_TRUE(leases.acquire("d", {kIssued.value + 300}).has_value());
    EXPECT_EQ(code_of(leases.acquire("", kIssued)), "argument.invalid");

    const std::string text = issue_license(site_license(), key_of(1)).value();
    EXPECT_EQ(check(text, {.now = kIssued, .other_instances = 1}).state, LicenseState::active);
    EXPECT_EQ(check(text, {.now = kIssued, .other_instances = 2}).state,
              LicenseState::too_many_instances);
}

TEST(License, AClockThatIsTurnedBackIsNoticed) {
    const std::string text = issue_license(site_license(), key_of(1)).value();
    const LicenseMemory memory = check(text, {.now = {kEnd.value + 100 * kDay}}).memory;
    const LicenseStatus back = check(text, {.now = {kEnd.value - kDay}, .memory = memory});
    EXPECT_EQ(back.state, LicenseState::clock_rollback);
    EXPECT_EQ(back.memory, memory);
    // An hour is within what clocks do.
    const LicenseMemory today = check(text, {.now = {kIssued.value + 10 * kDay}}).memory;
    EXPECT_EQ(check(text, {.now = {kIssued.value + 10 * kDay - 3600}, .memory = today}).state,
              LicenseState::active);
    EXPECT_EQ(check(text, {.now = {kIssued.value + 10 * kDay - 3601}, .memory = today}).state,
              LicenseState::clock_rollback);
    // A licence that was issued since starts anew: the issuer's clock counts.
    License renewed = site_license();
    renewed.issued_at.value += kDay;
    const std::string again = issue_license(renewed, key_of(1)).value();
    EXPECT_EQ(check(again, {.now = {kIssued.value + 2 * kDay}, .memory = memory}).state,
              LicenseState::active);
}

TEST(License, WhatIsRememberedIsSealed) {
    SeededRandom random(9);
    const Keyring ring = Keyring::create("k", kIssued, random).value();
    const LicenseMemory memory{kEnd, kIssued, true, 7};
    const std::string id = site_license().id;
    std::string sealed = seal_license_memory(memory, id, ring, random).value();
    EXPECT_EQ(unseal_license_memory(sealed, id, ring, kIssued).value(), memory);
    EXPECT_EQ(code_of(unseal_license_memory(sealed, "other", ring, kIssued)), "sealed.not_genuine");
    sealed.back() = sealed.back() == 'A' ? 'B' : 'A';
    EXPECT_FALSE(unseal_license_memory(sealed, id, ring, kIssued).has_value());
}

TEST(License, RevocationOutranksEverythingElse) {
    const SigningKey issuer = key_of(1);
    const VerifyKey key = issuer.verify_key();
    const std::string text = issue_license(site_license(), issuer).value();
    const std::string signed_list =
        issue_revocations({.sequence = 3, .issued_at = kIssued, .ids = {site_license().id}}, issuer)
            .value();
    const RevocationList list = read_revocations(signed_list, std::span(&key, 1), 2).value();
    const LicenseStatus status =
        check(text, {.now = {kEnd.value + 1000 * kDay}, .revocations = &list});
    EXPECT_EQ(status.state, LicenseState::revoked);
    EXPECT_EQ(status.memory.revocations_seen, 3U);
    EXPECT_EQ(code_of(read_revocations(signed_list, std::span(&key, 1), 4)),
              "signature.rolled_back");
    EXPECT_EQ(code_of(read_revocations(signed_list + "A", std::span(&key, 1), 0)),
              "license.not_genuine");
    EXPECT_EQ(code_of(issue_revocations({.ids = {"no guid"}}, issuer)), "argument.invalid");
}

TEST(License, NotBeforeItsTimeAndForEverWithoutAnEnd) {
    License license = site_license();
    license.not_before.value += 10 * kDay;
    license.expires_at.reset();
    const std::string text = issue_license(license, key_of(1)).value();
    EXPECT_EQ(state_at(text, kIssued.value), "not_yet_valid");
    EXPECT_EQ(state_at(text, license.not_before.value), "active");
    EXPECT_EQ(state_at(text, INT64_MAX), "active");
    EXPECT_EQ(state_at(text, INT64_MIN), "not_yet_valid");
    EXPECT_FALSE(check(text, {.now = license.not_before}).days_left.has_value());
}

TEST(License, I10_PublicStatusAndMaskHoldNothingPersonal) {
    const std::string text = issue_license(site_license(), key_of(1)).value();
    const std::string status = public_license_status(check(text, {.now = kIssued}));
    EXPECT_EQ(status, R"({"binding":"none","days_left":365,"expires_at":1831536000,)"
                      R"("features":["hdr","batch"],"grace_days":45,"max_instances":2,)"
                      R"("state":"active","usable":true})");
    EXPECT_EQ(public_license_status(check("x", {.now = kIssued})),
              R"({"state":"not_genuine","usable":false})");
    const std::string masked = mask_license_key(text + "\n");
    EXPECT_EQ(masked, "LIMPID-L..." + text.substr(text.size() - 4));
    EXPECT_EQ(mask_license_key("short key"), "[redacted]");
    EXPECT_EQ(mask_license_key(""), "[redacted]");
}

TEST(License, NothingOutOfRangeIsIssued) {
    const auto refused = [](auto change) {
        License license = site_license();
        change(license);
        return code_of(issue_license(license, key_of(1)));
    };
    EXPECT_EQ(refused([](License& l) { l.product = "a b"; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.licensee = std::string(257, 'x'); }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.features = {"a,b"}; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.features.assign(65, "a"); }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.fingerprint = "abc"; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.device_key = "abc"; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.request_nonce = "abc"; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.issued_at.value = -1; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.expires_at->value = INT64_MAX; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.grace_days = 3651; }), "argument.invalid");
    EXPECT_EQ(refused([](License& l) { l.suspended = true; }), "argument.invalid");
}

TEST(License, AFingerprintGivesNoMachineIdAway) {
    const std::string a =
        machine_fingerprint(as_bytes("application salt 1"), "b642b4217b34b1e8d3bd915fc65c4452")
            .value();
    // Computed with Python's hmac.
    EXPECT_EQ(a, "2ec2f7758cd106abd106618efcd3d7d7b563455b08648b4553dccb986d828136");
    EXPECT_EQ(
        a, machine_fingerprint(as_bytes("application salt 1"), "b642b4217b34b1e8d3bd915fc65c4452\n")
               .value());
    EXPECT_NE(
        a, machine_fingerprint(as_bytes("application salt 2"), "b642b4217b34b1e8d3bd915fc65c4452")
               .value());
    EXPECT_EQ(code_of(machine_fingerprint(as_bytes("15 bytes of sal"), "id")), "argument.invalid");
    EXPECT_EQ(code_of(machine_fingerprint(as_bytes("application salt 1"), " \n")),
              "argument.invalid");
}

}  // namespace
}  // namespace limpid::security::license_test
