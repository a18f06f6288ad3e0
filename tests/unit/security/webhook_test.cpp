#include "limpid/security/webhook.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"

namespace limpid::security::webhook_test {
namespace {

constexpr UnixSeconds kNow{1'614'265'330};
constexpr std::string_view kBody = R"({"test": 2432232314})";

// The example that Standard Webhooks' and Svix' documentation share.
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kMessageId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

// Svix' example of an Ed25519 pair.
constexpr std::string_view kPrivate =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
constexpr std::string_view kPublic = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers standard_headers() {
    return {{"Content-Type", "application/json"},
            {"webhook-id", std::string(kMessageId)},
            {"webhook-timestamp", "1614265330"},
            {"webhook-signature", std::string(kSignature)}};
}

WebhookKey key(std::string_view text, std::string_view id = {}) {
    return text.starts_with("whsk_") ? WebhookKey::parse_private(text, id).value()
                                     : WebhookKey::parse(text, id).value();
}

WebhookKey raw(std::string_view secret, std::string_view id = {}) {
    return WebhookKey::raw_secret(as_bytes(secret), id).value();
}

WebhookVerifier verifier(WebhookDialect dialect, std::vector<WebhookKey> keys,
                         WebhookPolicy policy = {}) {
    return WebhookVerifier::create(dialect, std::move(keys), std::move(policy)).value();
}

/// "ok", or the code it is refused with.
std::string verdict(const WebhookVerifier& with, std::string_view body, const Headers& headers,
                    UnixSeconds now = kNow, ReplayStore* replays = nullptr) {
    std::vector<WebhookHeader> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    const auto verified = with.verify(as_bytes(body), views, now, replays);
    return verified ? "ok" : std::string(verified.error().code());
}

Headers signed_headers(WebhookDialect dialect, std::vector<WebhookKey> keys, std::string_view body,
                       WebhookPolicy policy = {}) {
    const auto signer = WebhookSigner::create(dialect, std::move(keys), std::move(policy));
    Headers headers;
    const auto made = signer.value().sign(as_bytes(body), kMessageId, kNow);
    for (const auto& [name, value] : made.value()) headers.emplace_back(name, value);
    return headers;
}

TEST(Webhook, VerifiesThePublishedStandardExample) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret, "2021")});
    std::vector<WebhookHeader> views;
    const Headers headers = standard_headers();
    for (const auto& [name, value] : headers) views.push_back({name, value});
    const auto verified = with.verify(as_bytes(kBody), views, kNow);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->message_id, kMessageId);
    EXPECT_EQ(verified->timestamp, kNow);
    EXPECT_EQ(verified->key_id, "2021");
    EXPECT_EQ(verified->replay_id, "standard:" + std::string(kMessageId));
}

TEST(Webhook, SignsThePublishedStandardExample) {
    const Headers headers = signed_headers(WebhookDialect::standard, {key(kSecret)}, kBody);
    const Headers expected{{"webhook-id", std::string(kMessageId)},
                           {"webhook-timestamp", "1614265330"},
                           {"webhook-signature", std::string(kSignature)}};
    EXPECT_EQ(headers, expected);
}

// GitHub's documentation, "Testing the webhook payload validation".
TEST(Webhook, VerifiesThePublishedGitHubExample) {
    const auto with = verifier(WebhookDialect::github, {raw("It's a Secret to Everybody")});
    const Headers headers{
        {"x-hub-signature-256",
         "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}};
    EXPECT_EQ(verdict(with, "Hello, World!", headers), "ok");
    EXPECT_EQ(verdict(with, "Hello, World", headers), "webhook.signature_mismatch");
    EXPECT_EQ(signed_headers(WebhookDialect::github, {raw("It's a Secret to Everybody")},
                             "Hello, World!")[0]
                  .second,
              headers[0].second);
}

TEST(Webhook, EveryDialectVerifiesWhatItSigned) {
    const WebhookPolicy named{.signature_header = "X-Signature"};
    const std::vector<std::pair<WebhookDialect, WebhookKey>> cases{
        {WebhookDialect::standard, key(kSecret)},
        {WebhookDialect::standard, key(kPrivate)},
        {WebhookDialect::svix, key(kSecret)},
        {WebhookDialect::svix, key(kPrivate)},
        {WebhookDialect::github, raw("sixteen bytes at")},
        {WebhookDialect::stripe, raw(kSecret)},
        {WebhookDialect::hex, raw(kSecret)}};
    for (const auto& [dialect, with] : cases) {
        const WebhookPolicy policy = dialect == WebhookDialect::hex ? named : WebhookPolicy{};
        for (const std::string& body :
             {std::string(), std::string(kBody), std::string("\0\xff", 2)}) {
            const Headers headers = signed_headers(dialect, {with}, body, policy);
            EXPECT_EQ(verdict(verifier(dialect, {with}, policy), body, headers), "ok");
        }
    }
}

TEST(Webhook, PublicKeyVerifiesWhatItsPrivateKeySigned) {
    const Headers headers = signed_headers(WebhookDialect::standard, {key(kPrivate)}, kBody);
    EXPECT_TRUE(headers[2].second.starts_with("v1a,"));
    EXPECT_EQ(verdict(verifier(WebhookDialect::standard, {key(kPublic)}), kBody, headers), "ok");
    EXPECT_EQ(verdict(verifier(WebhookDialect::standard, {key(kSecret)}), kBody, headers),
              "webhook.signature_mismatch");
}

TEST(Webhook, SvixReadsItsOwnHeaderNames) {
    Headers headers = standard_headers();
    const auto svix = verifier(WebhookDialect::svix, {key(kSecret)});
    EXPECT_EQ(verdict(svix, kBody, headers), "webhook.missing_header");
    for (auto& [name, value] : headers) {
        if (name.starts_with("webhook-")) name.replace(0, 7, "SVIX");
    }
    EXPECT_EQ(verdict(svix, kBody, headers), "ok");
}

TEST(Webhook, RefusesEverySingleByteChange) {
    for (const WebhookDialect dialect :
         {WebhookDialect::standard, WebhookDialect::github, WebhookDialect::stripe}) {
        const bool standard = dialect == WebhookDialect::standard;
        const WebhookKey with = standard ? key(kSecret) : raw(kSecret);
        const auto receiver = verifier(dialect, {with});
        const Headers good = signed_headers(dialect, {with}, kBody);
        ASSERT_EQ(verdict(receiver, kBody, good), "ok");
        for (std::size_t at = 0; at < kBody.size(); ++at) {
            for (int change = 1; change < 256; ++change) {
                std::string body(kBody);
                body[at] = static_cast<char>(body[at] ^ change);
                ASSERT_EQ(verdict(receiver, body, good), "webhook.signature_mismatch");
            }
        }
        for (std::size_t header = 0; header < good.size(); ++header) {
            for (std::size_t at = 0; at < good[header].second.size(); ++at) {
                for (int change = 1; change < 256; ++change) {
                    Headers headers = good;
                    char& c = headers[header].second[at];
                    c = static_cast<char>(c ^ change);
                    ASSERT_NE(verdict(receiver, kBody, headers), "ok") << headers[header].second;
                }
            }
        }
    }
}

TEST(Webhook, RefusesTimesOutsideTheWindowOnBothSides) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    const auto at = [&](std::int64_t offset) {
        return verdict(with, kBody, standard_headers(), {kNow.value + offset});
    };
    EXPECT_EQ(at(300), "ok");
    EXPECT_EQ(at(301), "webhook.timestamp_out_of_tolerance");
    EXPECT_EQ(at(-300), "ok");
    EXPECT_EQ(at(-301), "webhook.timestamp_out_of_tolerance");
    const auto now = [&](std::int64_t time) {
        return verdict(with, kBody, standard_headers(), {time});
    };
    EXPECT_EQ(now(std::numeric_limits<std::int64_t>::max()), "webhook.timestamp_out_of_tolerance");
    EXPECT_EQ(now(std::numeric_limits<std::int64_t>::min()), "webhook.timestamp_out_of_tolerance");
}

TEST(Webhook, RefusesHeadersThatAreMissingOrComeTwice) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    EXPECT_EQ(verdict(with, kBody, {}), "webhook.missing_header");
    for (std::size_t i = 1; i < 4; ++i) {
        Headers without = standard_headers();
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(verdict(with, kBody, without), "webhook.missing_header");
        Headers twice = standard_headers();
        twice.push_back(twice[i]);
        twice.back().first[0] = 'W';
        EXPECT_EQ(verdict(with, kBody, twice), "webhook.malformed_header");
    }
    EXPECT_EQ(verdict(with, kBody, Headers(257, {"x", "y"})), "webhook.malformed_header");
}

TEST(Webhook, RefusesMalformedStandardHeaders) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    const auto changed = [&](std::size_t header, std::string value) {
        Headers headers = standard_headers();
        headers[header].second = std::move(value);
        return verdict(with, kBody, headers);
    };
    for (const char* id : {"", "a.b", "a b", "\xc3\xa9", "a\n"}) {
        EXPECT_EQ(changed(1, id), "webhook.malformed_header") << id;
    }
    EXPECT_EQ(changed(1, std::string(257, 'a')), "webhook.malformed_header");
    for (const char* time : {"", "-1", "+1614265330", " 1614265330", "1614265330 ", "01614265330",
                             "1614265330.0", "0x60", "1e9", "999999999999", "now"}) {
        EXPECT_EQ(changed(2, time), "webhook.malformed_header") << time;
    }
    const std::string good(kSignature);
    for (const std::string& list :
         {std::string(), std::string("v1"), std::string("v1,"), good + " ", " " + good, good + ",",
          good.substr(0, good.size() - 1), good + "=", good + "  " + good, std::string("v1,!!!!"),
          good + " v1,short", std::string("v1a,AAAA"), std::string(4097, 'v')}) {
        EXPECT_EQ(changed(3, list), "webhook.malformed_header") << list;
    }
}

TEST(Webhook, PassesOverVersionsToComeButReadsAtMostSixteenSignatures) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    Headers headers = standard_headers();
    std::string& list = headers[3].second;
    for (int i = 0; i < 15; ++i) list.insert(0, "v9,x ");
    EXPECT_EQ(verdict(with, kBody, headers), "ok");
    list += " v9,x";
    EXPECT_EQ(verdict(with, kBody, headers), "webhook.malformed_header");
    headers[3].second = "v2,x";
    EXPECT_EQ(verdict(with, kBody, headers), "webhook.signature_mismatch");
}

TEST(Webhook, RotationAcceptsOldAndNewAndSaysWhich) {
    const WebhookKey old_key = key(kSecret, "old");
    const WebhookKey new_key =
        key("whsec_" + encode_base64(as_bytes(std::string(32, 'n')), Base64::standard), "new");
    const auto both = verifier(WebhookDialect::standard, {new_key, old_key});
    const auto only_new = verifier(WebhookDialect::standard, {new_key});
    const Headers by_old = signed_headers(WebhookDialect::standard, {old_key}, kBody);
    const Headers by_both = signed_headers(WebhookDialect::standard, {old_key, new_key}, kBody);
    EXPECT_EQ(verdict(both, kBody, by_old), "ok");
    EXPECT_EQ(verdict(only_new, kBody, by_old), "webhook.signature_mismatch");
    EXPECT_EQ(verdict(only_new, kBody, by_both), "ok");
    std::vector<WebhookHeader> views;
    for (const auto& [name, value] : by_old) views.push_back({name, value});
    const auto verified = both.verify(as_bytes(kBody), views, kNow);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->key_id, "old");
    EXPECT_EQ(verified->key_index, 1U);
}

TEST(Webhook, ReadsStripesHeader) {
    const auto with = verifier(WebhookDialect::stripe, {raw(kSecret)});
    const std::string good =
        signed_headers(WebhookDialect::stripe, {raw(kSecret)}, kBody)[0].second;
    const auto tried = [&](const std::string& value) {
        return verdict(with, kBody, {{"stripe-signature", value}});
    };
    const std::string mac = good.substr(good.find(",v1=") + 4);
    EXPECT_EQ(tried(good), "ok");
    EXPECT_EQ(tried("t=1614265330,v1=" + std::string(64, '0') + ",v1=" + mac + ",v0=x"), "ok");
    EXPECT_EQ(tried("v1=" + mac + ",t=1614265330"), "ok");
    EXPECT_EQ(tried("t=1614265330"), "webhook.signature_mismatch");
    EXPECT_EQ(tried("t=1614265330,v0=" + mac), "webhook.signature_mismatch");
    EXPECT_EQ(tried("t=1614265330, v1=" + mac), "webhook.signature_mismatch");
    for (const std::string& value :
         {std::string(), std::string("t"), std::string("t="), "v1=" + mac,
          "t=1614265330,t=1614265330,v1=" + mac, "t=1614265330,v1=" + mac.substr(1), good + ",",
          "t=-5,v1=" + mac}) {
        EXPECT_EQ(tried(value), "webhook.malformed_header") << value;
    }
}

TEST(Webhook, V22_AnswersEveryHeaderWithAReasonAndNeverThrows) {
    const auto with = verifier(WebhookDialect::hex, {raw("a secret of twenty-one")},
                               {.signature_header = "X-Signature"});
    const std::string good = signed_headers(WebhookDialect::hex, {raw("a secret of twenty-one")},
                                            kBody, {.signature_header = "X-Signature"})[0]
                                 .second;
    ASSERT_EQ(good.size(), 64U);
    const auto tried = [&](const std::string& value, std::string_view body = kBody) {
        return verdict(with, body, {{"x-signature", value}});
    };
    EXPECT_EQ(tried(good), "ok");
    std::string one_bit = good;
    one_bit[63] = one_bit[63] == '0' ? '1' : '0';
    EXPECT_EQ(tried(one_bit), "webhook.signature_mismatch");
    EXPECT_EQ(tried(good, "{}"), "webhook.signature_mismatch");
    EXPECT_EQ(tried(good.substr(0, 62)), "webhook.malformed_header");
    EXPECT_EQ(tried(good.substr(0, 63)), "webhook.malformed_header");
    EXPECT_EQ(tried("g" + good.substr(1)), "webhook.malformed_header");
    EXPECT_EQ(tried(""), "webhook.malformed_header");
    EXPECT_EQ(tried("sha256=" + good), "webhook.malformed_header");
    std::string upper = good;
    for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    EXPECT_EQ(tried(upper), "webhook.malformed_header");
    EXPECT_EQ(tried(std::string("\0\0", 2)), "webhook.malformed_header");
    EXPECT_EQ(verdict(with, kBody, {}), "webhook.missing_header");
}

TEST(Webhook, RefusesReplaysUntilForgotten) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    MemoryReplayStore store;
    EXPECT_EQ(verdict(with, kBody, standard_headers(), kNow, &store), "ok");
    EXPECT_EQ(verdict(with, kBody, standard_headers(), kNow, &store), "webhook.replayed");
    EXPECT_EQ(verdict(with, kBody, standard_headers(), {kNow.value + 300}, &store),
              "webhook.replayed");
    store.forget("standard:" + std::string(kMessageId));
    EXPECT_EQ(verdict(with, kBody, standard_headers(), kNow, &store), "ok");
}

TEST(Webhook, ForgeriesNeverReachTheReplayStore) {
    const auto with = verifier(WebhookDialect::standard, {key(kSecret)});
    MemoryReplayStore store;
    EXPECT_EQ(verdict(with, "{}", standard_headers(), kNow, &store), "webhook.signature_mismatch");
    EXPECT_EQ(store.size(), 0U);
}

TEST(Webhook, KnowsOneStripeDeliveryByWhicheverOfItsSignatures) {
    const WebhookKey a = raw("the first secret of two");
    const WebhookKey b = raw("the second secret of two");
    const auto with = verifier(WebhookDialect::stripe, {a, b});
    MemoryReplayStore store;
    EXPECT_EQ(
        verdict(with, kBody, signed_headers(WebhookDialect::stripe, {a}, kBody), kNow, &store),
        "ok");
    EXPECT_EQ(
        verdict(with, kBody, signed_headers(WebhookDialect::stripe, {b}, kBody), kNow, &store),
        "webhook.replayed");
}

class BrokenStore final : public ReplayStore {
public:
    [[nodiscard]] ReplayVerdict seen(std::string_view, UnixSeconds, UnixSeconds) noexcept override {
        return ReplayVerdict::unavailable;
    }
    void forget(std::string_view) noexcept override {}
};

TEST(Webhook, RefusesWhenTheReplayStoreCannotAnswer) {
    BrokenStore store;
    EXPECT_EQ(verdict(verifier(WebhookDialect::standard, {key(kSecret)}), kBody, standard_headers(),
                      kNow, &store),
              "webhook.replay_store_unavailable");
}

std::string code(const Result<WebhookKey>& made) {
    return made ? "ok" : std::string(made.error().code());
}

TEST(Webhook, RefusesKeysThatAreNoneOrWeak) {
    const auto secret = [](std::size_t bytes) {
        return WebhookKey::parse(
            "whsec_" + encode_base64(as_bytes(std::string(bytes, 's')), Base64::standard));
    };
    EXPECT_EQ(code(secret(23)), "key.too_short");
    EXPECT_EQ(code(secret(24)), "ok");
    EXPECT_EQ(code(secret(64)), "ok");
    EXPECT_EQ(code(secret(65)), "key.malformed");
    for (const char* text :
         {"", "whsec_", "whsec", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "secret", "whpk_AAAA",
          "whsk_AAAA", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
        EXPECT_NE(code(WebhookKey::parse(text)), "ok") << text;
    }
    // A private key whose public half is another's.
    std::string wrong(kPrivate);
    wrong[60] = wrong[60] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(WebhookKey::parse_private(wrong)), "key.malformed");
    EXPECT_EQ(code(WebhookKey::parse(kPrivate)), "key.wrong_kind");
    for (const char* text : {"", "whsk_", "whsk_AAAA", "whsk_!", kPublic.data()}) {
        EXPECT_EQ(code(WebhookKey::parse_private(text)), "key.malformed") << text;
    }
    EXPECT_EQ(code(WebhookKey::raw_secret(as_bytes(std::string(15, 's')))), "key.too_short");
    EXPECT_EQ(code(WebhookKey::raw_secret(as_bytes(std::string(1025, 's')))), "key.malformed");
    EXPECT_EQ(code(WebhookKey::parse(kSecret, "line\nbreak")), "key.malformed");
}

TEST(Webhook, ErrorsNeverHoldTheKey) {
    const auto made = WebhookKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message().find("MfKQ9r8"), std::string::npos);
}

TEST(Webhook, CannotBeMadeWithoutKeysOrWithKeysOfAnotherDialect) {
    const auto made = [](WebhookDialect dialect, std::vector<WebhookKey> keys,
                         WebhookPolicy policy = {}) {
        const auto with = WebhookVerifier::create(dialect, std::move(keys), std::move(policy));
        return with ? "ok" : std::string(with.error().code());
    };
    EXPECT_EQ(made(WebhookDialect::standard, {}), "key.none");
    EXPECT_EQ(made(WebhookDialect::stripe, {key(kSecret)}), "key.wrong_kind");
    EXPECT_EQ(made(WebhookDialect::github, {key(kPublic)}), "key.wrong_kind");
    EXPECT_EQ(made(WebhookDialect::hex, {raw(kSecret)}), "argument.invalid");
    EXPECT_EQ(made(WebhookDialect::stripe, {raw(kSecret)}, {.signature_header = "x"}),
              "argument.invalid");
    EXPECT_EQ(made(WebhookDialect::stripe, {raw(kSecret)}, {.tolerance_s = -1}),
              "argument.invalid");
    EXPECT_EQ(made(WebhookDialect::stripe, {raw(kSecret)}, {.tolerance_s = 86'401}),
              "argument.invalid");
    EXPECT_EQ(made(WebhookDialect::stripe, std::vector(17, raw(kSecret))), "argument.invalid");
}

TEST(Webhook, SignerRefusesWhatNobodyCouldVerify) {
    const auto made = [](WebhookDialect dialect, std::vector<WebhookKey> keys) {
        const auto with = WebhookSigner::create(dialect, std::move(keys));
        return with ? "ok" : std::string(with.error().code());
    };
    EXPECT_EQ(made(WebhookDialect::standard, {}), "key.none");
    EXPECT_EQ(made(WebhookDialect::standard, {key(kPublic)}), "key.wrong_kind");
    EXPECT_EQ(made(WebhookDialect::github, {raw(kSecret), raw(kSecret)}), "argument.invalid");
    const auto signer = WebhookSigner::create(WebhookDialect::standard, {key(kSecret)});
    for (const char* id : {"", "a.b", "a b"}) {
        EXPECT_FALSE(signer.value().sign(as_bytes(kBody), id, kNow)) << id;
    }
    EXPECT_FALSE(signer.value().sign(as_bytes(kBody), "a", {-1}));
    EXPECT_FALSE(signer.value().sign(as_bytes(kBody), "a", {100'000'000'000}));
}

}  // namespace
}  // namespace limpid::security::webhook_test
