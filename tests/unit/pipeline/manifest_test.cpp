#include "limpid/manifest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <utility>

#include "limpid/version.hpp"
#include "unit/analyse/synthetic.hpp"
#include "unit/security/test_keys.hpp"

namespace limpid::manifest_test {
namespace {

using security::test_key;
using security::trusting;

constexpr security::UnixSeconds kIssued{1'767'225'600};
constexpr security::UnixSeconds kBetween{1'767'227'000};

ByteBuffer small_png() {
    const Image image = testing::make_rgb8(32, 24, [](int x, int y) {
        return static_cast<std::uint32_t>(x * 0x020406 + y * 0x010203);
    });
    auto bytes = encode(image.view(), {}, {.format = FileFormat::png});
    EXPECT_TRUE(bytes.has_value());
    return std::move(*bytes);
}

Recipe brighter() {
    Recipe recipe;
    recipe.exposure.exposure_ev = Decimal::from_double(0.5);
    return recipe;
}

class ManifestTest : public ::testing::Test {
protected:
    void SetUp() override {
        EnhanceOptions options;
        options.recipe = brighter();
        auto enhanced = enhance(input_.span(), options);
        ASSERT_TRUE(enhanced) << enhanced.error().message();
        manifest_ = make_manifest(input_.span(), *enhanced, kIssued);
        output_ = std::move(enhanced->bytes);
        auto text = sign_manifest(manifest_, key_, {.issued_at = kIssued});
        ASSERT_TRUE(text) << text.error().message();
        text_ = std::move(*text);
    }

    std::string answer(std::string_view text) const {
        const auto verified = verify_manifest(text, keys_, kBetween);
        return verified ? "ok" : std::string(verified.error().code());
    }

    security::SigningKey key_ = test_key(1);
    security::TrustedKeys keys_ = trusting(key_, std::string(kManifestPurpose));
    ByteBuffer input_ = small_png();
    ByteBuffer output_;
    Manifest manifest_;
    std::string text_;
};

TEST_F(ManifestTest, SaysWhatCameFromWhat) {
    EXPECT_EQ(manifest_.input.bytes, input_.size());
    EXPECT_EQ(manifest_.output.sha256, sha256(output_.span()));
    EXPECT_EQ(manifest_.output_format, FileFormat::png);
    EXPECT_EQ(manifest_.library_version, LIMPID_VERSION_STRING);
    EXPECT_EQ(manifest_.recipe.exposure.exposure_ev, Decimal::from_double(0.5));
}

TEST_F(ManifestTest, RoundTripsThroughItsText) {
    const auto read = parse_manifest(to_json(manifest_));
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, manifest_);
    const auto verified = verify_manifest(text_, keys_, kBetween);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(**verified, manifest_);
}

TEST_F(ManifestTest, RefusesEveryChangedByte) {
    for (std::size_t i = 0; i < text_.size(); ++i) {
        for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 3, 255}) {
            std::string changed = text_;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            ASSERT_NE(answer(changed), "ok") << i << " ^ " << flip;
        }
    }
}

TEST_F(ManifestTest, KnowsItsFiles) {
    const auto verified = verify_manifest(text_, keys_, kBetween);
    ASSERT_TRUE(verified);
    EXPECT_TRUE(check_files(*verified, input_.span(), output_.span()));
    EXPECT_EQ(check_files(*verified, output_.span(), output_.span()).error().id(),
              ErrorCode::manifest_input_mismatch);
    EXPECT_EQ(check_files(*verified, input_.span(), input_.span()).error().id(),
              ErrorCode::manifest_output_mismatch);
    output_.data()[output_.size() / 2] ^= std::byte{1};
    EXPECT_EQ(check_files(*verified, input_.span(), output_.span()).error().id(),
              ErrorCode::manifest_output_mismatch);
}

TEST_F(ManifestTest, RefusesOtherMembersAndTypes) {
    const std::string json = to_json(manifest_);
    const auto code = [&](std::string_view from, std::string_view to) {
        std::string changed = json;
        const std::size_t at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        const auto read = parse_manifest(changed);
        return read ? "ok" : std::string(read.error().code());
    };
    EXPECT_EQ(code("\"version\":1}", "\"version\":2}"), "manifest.unsupported_version");
    EXPECT_EQ(code(",\"version\":1}", "}"), "manifest.malformed");
    EXPECT_EQ(code("\"format\":\"png\"", "\"format\":\"gif\""), "manifest.malformed");
    EXPECT_EQ(code("\"format\":\"png\"", "\"format\":1"), "manifest.malformed");
    EXPECT_EQ(code("\"created_at\":1", "\"created_at\":-1"), "manifest.malformed");
    EXPECT_EQ(code("\"created_at\":1", "\"created_at\":99999"), "manifest.malformed");
    EXPECT_EQ(code("\"sha256\":\"", "\"sha256\":\"A"), "manifest.malformed");
    EXPECT_EQ(code("\"input\":{", "\"input\":{\"name\":\"x\","), "manifest.malformed");
    EXPECT_EQ(code("\"input\":{", "\"input\":{\"bytes\":1,"), "manifest.malformed");
    EXPECT_EQ(code("\"library_version\":\"", "\"library_version\":\"<"), "manifest.malformed");
    EXPECT_EQ(code("\"exposure_ev\":0.5", "\"exposure_ev\":50"), "recipe.out_of_range");
    EXPECT_FALSE(parse_manifest(""));
    EXPECT_FALSE(parse_manifest("[]"));
    EXPECT_FALSE(parse_manifest(std::string(70'000, ' ')));
}

TEST_F(ManifestTest, IsNotSignedUnreadable) {
    Manifest broken = manifest_;
    broken.library_version = "";
    EXPECT_EQ(sign_manifest(broken, key_, {.issued_at = kIssued}).error().id(),
              ErrorCode::manifest_malformed);
    broken = manifest_;
    broken.created_at = {-1};
    EXPECT_FALSE(sign_manifest(broken, key_, {.issued_at = kIssued}));
}

class EnhanceVerified : public ::testing::Test {
protected:
    security::Verified<Recipe> recipe_ =
        verify_recipe(sign_recipe(brighter(), test_key(1), {.issued_at = kIssued}).value(),
                      trusting(test_key(1), std::string(kRecipePurpose)), kBetween)
            .value();
    ByteBuffer input_ = small_png();
};

TEST_F(EnhanceVerified, AppliesTheSignedRecipe) {
    const auto verified = enhance_verified(input_.span(), recipe_);
    ASSERT_TRUE(verified) << verified.error().message();
    EnhanceOptions options;
    options.recipe = brighter();
    const auto plain = enhance(input_.span(), options);
    ASSERT_TRUE(plain);
    EXPECT_EQ(sha256(verified->bytes.span()), sha256(plain->bytes.span()));
    EXPECT_EQ(verified->report.recipe, brighter());
}

TEST_F(EnhanceVerified, TakesNoOtherRecipe) {
    EnhanceOptions options;
    options.recipe = Recipe{};
    EXPECT_EQ(enhance_verified(input_.span(), recipe_, options).error().id(),
              ErrorCode::argument_invalid);
    options.recipe.reset();
    options.strength = Decimal::from_double(0.5);
    EXPECT_EQ(enhance_verified(input_.span(), recipe_, options).error().id(),
              ErrorCode::argument_invalid);
}

static_assert(!std::is_invocable_v<decltype(&enhance_verified), std::span<const std::byte>, Recipe,
                                   EnhanceOptions, RunOptions>);

}  // namespace
}  // namespace limpid::manifest_test
