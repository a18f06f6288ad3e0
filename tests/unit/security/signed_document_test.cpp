#include "limpid/security/signed_document.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <type_traits>

#include "limpid/security/encoding.hpp"
#include "limpid/security/sign_document.hpp"
#include "security/verify/envelope.hpp"
#include "unit/security/test_keys.hpp"

namespace limpid::security::signed_document_test {
namespace {

constexpr UnixSeconds kIssued{1'767'225'600};
constexpr UnixSeconds kExpires{1'767'229'200};
constexpr UnixSeconds kBetween{1'767'227'000};
constexpr std::string_view kPurpose = "test.note";
constexpr SigningTerms kTerms{.issued_at = kIssued, .expires_at = kExpires, .counter = 7};

std::string signed_note(const SigningKey& key, const SigningTerms& terms = kTerms) {
    auto text = sign_document(R"({"z":[1.50,true], "a":"\u00e9"})", key, kPurpose, terms);
    EXPECT_TRUE(text) << text.error().message();
    return text ? *text : "";
}

/// The stable code of what verify_document() answers; "ok" for success.
std::string answer(std::string_view text, const TrustedKeys& keys, const DocumentPolicy& policy,
                   UnixSeconds now = kBetween) {
    const auto verified = verify_document(text, keys, policy, now);
    return verified ? "ok" : std::string(verified.error().code());
}

class SignedDocument : public testing::Test {
protected:
    SigningKey key_ = test_key(1);
    TrustedKeys keys_ = trusting(key_, std::string(kPurpose));
    DocumentPolicy policy_{.purpose = kPurpose, .leeway_s = 0};
    std::string text_ = signed_note(key_);
};

TEST_F(SignedDocument, HasExactlyTheDocumentedText) {
    EXPECT_TRUE(text_.starts_with(
        "{\"payload\":{\"a\":\"\u00e9\",\"z\":[1.5,true]},\"signature\":{\"algorithm\":\"ed25519\","
        "\"counter\":7,\"expires_at\":1767229200,\"issued_at\":1767225600,\"key_id\":\""))
        << text_;
    EXPECT_NE(text_.find("\",\"purpose\":\"test.note\",\"signature\":\""), std::string::npos);
    EXPECT_EQ(text_, signed_note(key_));
}

TEST_F(SignedDocument, SignsExactlyTheDocumentedBytes) {
    const SignatureInfo info{.key_id = key_.id(),
                             .purpose = "p",
                             .issued_at = {1},
                             .expires_at = UnixSeconds{2},
                             .counter = 3};
    std::string id = encode_hex(key_.id().bytes);
    EXPECT_EQ(encode_hex(as_bytes(signed_bytes(info, "{}"))),
              encode_hex(as_bytes("limpid signed document 1")) + "00" + "00000001" + "70" + id +
                  "0000000000000001" + "01" + "0000000000000002" + "01" + "0000000000000003" +
                  "0000000000000002" + "7b7d");
    SignatureInfo bare = info;
    bare.expires_at.reset();
    bare.counter.reset();
    EXPECT_EQ(encode_hex(as_bytes(signed_bytes(bare, ""))),
              encode_hex(as_bytes("limpid signed document 1")) + "00" + "00000001" + "70" + id +
                  "0000000000000001" + "00" + "0000000000000000" + "00" + "0000000000000000" +
                  "0000000000000000");
}

TEST_F(SignedDocument, GivesBackPayloadAndTerms) {
    const auto verified = verify_document(text_ + "\n", keys_, policy_, kBetween);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(**verified, "{\"a\":\"\u00e9\",\"z\":[1.5,true]}");
    EXPECT_EQ(verified->signature(), (SignatureInfo{.key_id = key_.id(),
                                                    .purpose = std::string(kPurpose),
                                                    .issued_at = kIssued,
                                                    .expires_at = kExpires,
                                                    .counter = 7}));
}

TEST_F(SignedDocument, RefusesEveryChangedByte) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
        for (int flip = 1; flip < 256; ++flip) {
            std::string changed = text_;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            ASSERT_NE(answer(changed, keys_, policy_), "ok") << i << " ^ " << flip;
        }
    }
}

TEST_F(SignedDocument, RefusesEveryLostOrAddedByte) {
    for (std::size_t i = 0; i <= text_.size(); ++i) {
        if (i < text_.size()) {
            std::string cut = text_;
            cut.erase(i, 1);
            ASSERT_NE(answer(cut, keys_, policy_), "ok") << i;
            ASSERT_NE(answer(text_.substr(0, i), keys_, policy_), "ok") << i;
        }
        for (const char added : {' ', '\t', '\n', '0', '"', ','}) {
            std::string longer = text_;
            longer.insert(i, 1, added);
            const bool line_feed_at_end = added == '\n' && i == text_.size();
            ASSERT_EQ(answer(longer, keys_, policy_) == "ok", line_feed_at_end) << i << added;
        }
    }
}

TEST_F(SignedDocument, TellsWhatWasChanged) {
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string changed = text_;
        changed.replace(changed.find(from), from.size(), to);
        return answer(changed, keys_, policy_);
    };
    EXPECT_EQ(replaced("1.5", "1.6"), "signature.mismatch");
    EXPECT_EQ(replaced("1767229200", "1767229201"), "signature.mismatch");
    EXPECT_EQ(replaced("1767225600", "1767225599"), "signature.mismatch");
    EXPECT_EQ(replaced("\"counter\":7", "\"counter\":8"), "signature.mismatch");
    EXPECT_EQ(replaced("\"counter\":7,", ""), "signature.mismatch");
    EXPECT_EQ(replaced("test.note", "test.memo"), "signature.wrong_purpose");
    EXPECT_EQ(replaced(to_string(key_.id()), to_string(test_key(2).id())), "signature.unknown_key");
    EXPECT_EQ(replaced("ed25519", "ed25518"), "signature.unsupported");
    EXPECT_EQ(replaced("1.5", "1.50"), "signature.malformed");
    EXPECT_EQ(replaced("\"a\"", "\"\\u0061\""), "signature.malformed");
    EXPECT_EQ(replaced("\"purpose\"", "\"papoose\":1,\"purpose\""), "signature.malformed");
}

TEST_F(SignedDocument, BelievesAKeyForItsPurposesOnly) {
    const TrustedKeys other = trusting(key_, "test.memo");
    EXPECT_EQ(answer(text_, other, policy_), "signature.wrong_purpose");
    EXPECT_EQ(answer(text_, other, {.purpose = "test.memo"}), "signature.wrong_purpose");
    EXPECT_EQ(answer(text_, TrustedKeys(), policy_), "signature.unknown_key");
    EXPECT_EQ(answer(text_, trusting(test_key(2), std::string(kPurpose)), policy_),
              "signature.unknown_key");
}

TEST_F(SignedDocument, RefusesAnotherKeyThatTookTheSameId) {
    TrustedKeys keys;
    const auto impostor = VerifyKey::from_bytes(test_key(2).verify_key().bytes(), key_.id());
    ASSERT_TRUE(keys.add(*impostor, {std::string(kPurpose)}));
    EXPECT_EQ(answer(text_, keys, policy_), "signature.mismatch");
}

TEST_F(SignedDocument, HoldsBetweenItsTimes) {
    const auto at = [&](std::int64_t now, std::int64_t leeway_s) {
        DocumentPolicy policy = policy_;
        policy.leeway_s = leeway_s;
        return answer(text_, keys_, policy, {now});
    };
    EXPECT_EQ(at(kIssued.value - 1, 0), "signature.not_yet_valid");
    EXPECT_EQ(at(kIssued.value, 0), "ok");
    EXPECT_EQ(at(kExpires.value - 1, 0), "ok");
    EXPECT_EQ(at(kExpires.value, 0), "signature.expired");
    EXPECT_EQ(at(kIssued.value - 60, 60), "ok");
    EXPECT_EQ(at(kIssued.value - 61, 60), "signature.not_yet_valid");
    EXPECT_EQ(at(kExpires.value + 59, 60), "ok");
    EXPECT_EQ(at(kExpires.value + 60, 60), "signature.expired");
    EXPECT_EQ(at(INT64_MIN, 86'400), "signature.not_yet_valid");
    EXPECT_EQ(at(INT64_MAX, 86'400), "signature.expired");
    EXPECT_EQ(at(kBetween.value, -1), "argument.invalid");
    EXPECT_EQ(at(kBetween.value, 86'401), "argument.invalid");
}

TEST_F(SignedDocument, WithoutExpiryHoldsForever) {
    const std::string text = signed_note(key_, {.issued_at = kIssued});
    EXPECT_EQ(answer(text, keys_, policy_, {INT64_MAX}), "ok");
}

TEST_F(SignedDocument, RefusesToGoBack) {
    const auto with_minimum = [&](const std::string& text, std::uint64_t minimum) {
        DocumentPolicy policy = policy_;
        policy.min_counter = minimum;
        return answer(text, keys_, policy);
    };
    EXPECT_EQ(with_minimum(text_, 7), "ok");
    EXPECT_EQ(with_minimum(text_, 8), "signature.rolled_back");
    const std::string uncounted = signed_note(key_, {.issued_at = kIssued});
    EXPECT_EQ(with_minimum(uncounted, 1), "signature.rolled_back");
}

TEST_F(SignedDocument, BoundsItsSizeAndDepth) {
    DocumentPolicy small = policy_;
    small.max_bytes = text_.size() - 1;
    EXPECT_EQ(answer(text_, keys_, small), "signature.malformed");
    small.max_bytes = text_.size();
    EXPECT_EQ(answer(text_, keys_, small), "ok");
    small.max_bytes = kMaxDocumentBytes + 1;
    EXPECT_EQ(answer(text_, keys_, small), "argument.invalid");
    EXPECT_EQ(answer(std::string(100'000, '['), keys_, policy_), "signature.malformed");
    const auto nested = [&](std::size_t depth) {
        return sign_document(std::string(depth, '[') + std::string(depth, ']'), key_, kPurpose,
                             kTerms);
    };
    ASSERT_TRUE(nested(64));
    EXPECT_EQ(answer(*nested(64), keys_, policy_), "ok");
    EXPECT_FALSE(nested(65));
}

TEST_F(SignedDocument, IsNotSignedOnTermsOutOfRange) {
    const auto sign = [&](std::string_view purpose, SigningTerms terms) {
        return sign_document("{}", key_, purpose, terms).has_value();
    };
    EXPECT_TRUE(sign("a", kTerms));
    for (const char* purpose : {"", "A", "1a", "a b", "\u00e9", "a\n"}) {
        EXPECT_FALSE(sign(purpose, kTerms)) << purpose;
    }
    EXPECT_FALSE(sign(std::string(65, 'a'), kTerms));
    EXPECT_FALSE(sign("a", {.issued_at = {-1}}));
    EXPECT_FALSE(sign("a", {.issued_at = {kMaxTime + 1}}));
    EXPECT_FALSE(sign("a", {.issued_at = kIssued, .expires_at = kIssued}));
    EXPECT_FALSE(sign("a", {.issued_at = kIssued, .counter = kMaxCounter + 1}));
    EXPECT_FALSE(sign_document("{\"a\":1,\"a\":2}", key_, kPurpose, kTerms));
    for (const char* number : {"9007199254740993", "9007199254740992", "1e18"}) {
        EXPECT_FALSE(sign_document(number, key_, kPurpose, kTerms)) << number;
    }
    EXPECT_TRUE(sign_document("1e21", key_, kPurpose, kTerms));
}

TEST(TrustedKeys, RefusesWhatWouldBelieveTooMuch) {
    TrustedKeys keys;
    const VerifyKey key = test_key(1).verify_key();
    EXPECT_FALSE(keys.add(key, {}));
    EXPECT_FALSE(keys.add(key, {"Not A Label"}));
    EXPECT_EQ(keys.size(), 0U);
    ASSERT_TRUE(keys.add(key, {"a"}));
    ASSERT_TRUE(keys.add(key, {"b"}));
    EXPECT_EQ(keys.size(), 1U);
    EXPECT_TRUE(keys.find(key.id(), "a") && keys.find(key.id(), "b"));
    const auto same_id = VerifyKey::from_bytes(test_key(2).verify_key().bytes(), key.id());
    EXPECT_FALSE(keys.add(*same_id, {"a"}));
    EXPECT_TRUE(keys.remove(key.id()));
    EXPECT_FALSE(keys.remove(key.id()));
    EXPECT_FALSE(keys.find(key.id(), "a"));
}

TEST(TrustedKeys, BoundsItsNumberOfKeys) {
    TrustedKeys keys;
    const VerifyKey key = test_key(1).verify_key();
    KeyId id;
    for (std::size_t i = 0; i < TrustedKeys::kMaxKeys + 1; ++i) {
        id.bytes[0] = static_cast<std::byte>(i & 0xFF);
        id.bytes[1] = static_cast<std::byte>(i >> 8);
        EXPECT_EQ(keys.add(*VerifyKey::from_bytes(key.bytes(), id), {"a"}).has_value(),
                  i < TrustedKeys::kMaxKeys);
    }
}

// Nothing but verification makes one.
static_assert(!std::is_default_constructible_v<Verified<std::string>>);
static_assert(!std::is_constructible_v<Verified<std::string>, std::string>);
static_assert(!std::is_constructible_v<Verified<std::string>, std::string, SignatureInfo>);
static_assert(!std::is_assignable_v<Verified<std::string>&, std::string>);
static_assert(
    std::is_same_v<decltype(*std::declval<Verified<std::string>&>()), const std::string&>);

}  // namespace
}  // namespace limpid::security::signed_document_test
