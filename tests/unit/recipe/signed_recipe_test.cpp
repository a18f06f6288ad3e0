#include "limpid/signed_recipe.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/security/test_keys.hpp"

namespace limpid::signed_recipe_test {
namespace {

using security::test_key;
using security::trusting;

constexpr security::UnixSeconds kIssued{1'767'225'600};
constexpr security::UnixSeconds kExpires{1'767'229'200};
constexpr security::UnixSeconds kBetween{1'767'227'000};

Recipe brighter() {
    Recipe recipe;
    recipe.exposure.exposure_ev = Decimal::from_double(0.5);
    recipe.exposure.reason = "dark\u2026";
    recipe.exposure.evidence = {{"median", Decimal::from_double(0.1), "fraction"}};
    return recipe;
}

class SignedRecipe : public testing::Test {
protected:
    /// The stable code of what verify_recipe() answers; "ok" for success.
    std::string answer(std::string_view text, security::UnixSeconds now = kBetween) const {
        const auto verified = verify_recipe(text, keys_, now);
        return verified ? "ok" : std::string(verified.error().code());
    }

    security::SigningKey key_ = test_key(1);
    security::TrustedKeys keys_ = trusting(key_, std::string(kRecipePurpose));
    std::string text_ =
        sign_recipe(brighter(), key_, {.issued_at = kIssued, .expires_at = kExpires}).value();
};

TEST_F(SignedRecipe, GivesBackTheRecipeAndItsSigner) {
    const auto verified = verify_recipe(text_, keys_, kBetween);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(**verified, brighter());
    EXPECT_EQ(verified->signature().key_id, key_.id());
    EXPECT_EQ(verified->signature().expires_at, kExpires);
}

TEST_F(SignedRecipe, RefusesEveryChangedByte) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
        for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 3, 255}) {
            std::string changed = text_;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            ASSERT_NE(answer(changed), "ok") << i << " ^ " << flip;
        }
    }
}

TEST_F(SignedRecipe, RefusesADocumentOfAnotherPurpose) {
    security::TrustedKeys both = trusting(key_, std::string(kRecipePurpose));
    ASSERT_TRUE(both.add(key_.verify_key(), {"limpid.manifest"}));
    const auto other = security::sign_document(to_json(brighter()), key_, "limpid.manifest",
                                               {.issued_at = kIssued});
    const auto refused = verify_recipe(*other, both, kBetween);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id(), ErrorCode::signature_wrong_purpose);
}

TEST_F(SignedRecipe, ExpiresAfterItsLeeway) {
    EXPECT_EQ(answer(text_, {kExpires.value + 59}), "ok");
    EXPECT_EQ(answer(text_, {kExpires.value + 60}), "signature.expired");
}

TEST_F(SignedRecipe, IsRefusedUnsigned) {
    EXPECT_EQ(answer(to_json(brighter())), "signature.malformed");
    EXPECT_EQ(answer(""), "signature.malformed");
}

TEST_F(SignedRecipe, SaysWhatIsWrongWithAWellSignedRecipe) {
    const auto sign = [&](std::string_view payload) {
        return security::sign_document(payload, key_, kRecipePurpose, {.issued_at = kIssued})
            .value();
    };
    EXPECT_EQ(answer(sign(R"({"version":1})")), "ok");
    EXPECT_EQ(answer(sign(R"({"version":1,"exposure":{"exposure_ev":99}})")),
              "recipe.out_of_range");
    EXPECT_EQ(answer(sign(R"({"version":1,"magic":{}})")), "recipe.unknown_field");
    EXPECT_EQ(answer(sign("[]")), "recipe.wrong_type");
}

TEST_F(SignedRecipe, IsNotSignedOutOfRange) {
    Recipe recipe;
    recipe.exposure.exposure_ev = Decimal::from_double(99);
    const auto refused = sign_recipe(recipe, key_, {.issued_at = kIssued});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id(), ErrorCode::recipe_out_of_range);
}

TEST_F(SignedRecipe, BoundsItsSize) {
    SignedOptions options;
    options.limits.max_recipe_bytes = 10;
    EXPECT_FALSE(verify_recipe(text_, keys_, kBetween, options));
    const auto refused = verify_recipe(std::string(70'000, ' '), keys_, kBetween);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id(), ErrorCode::signature_malformed);
}

}  // namespace
}  // namespace limpid::signed_recipe_test
