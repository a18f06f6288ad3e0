#include "native/service/token_cache.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>

namespace limpid::service {
namespace {

Sha256 digest_of(const std::string& token) { return sha256(std::as_bytes(std::span(token))); }

Principal principal_of(const std::string& id) { return {.id = id, .grant = {.scopes = {"a"}}}; }

TEST(TokenCache, KnowsATokenUntilItsEnd) {
    TokenCache cache;
    const Sha256 token = digest_of("t");
    EXPECT_FALSE(cache.find(token, {100}));
    cache.keep(token, principal_of("s"), {110}, {100});
    ASSERT_TRUE(cache.find(token, {109}));
    EXPECT_EQ(cache.find(token, {109})->id, "s");
    EXPECT_FALSE(cache.find(digest_of("u"), {109}));
    EXPECT_FALSE(cache.find(token, {110}));
    EXPECT_FALSE(cache.find(token, {109})) << "it was forgotten";
    cache.keep(token, principal_of("s"), {100}, {100});
    EXPECT_FALSE(cache.find(token, {100})) << "it has ended";
}

TEST(TokenCache, KnowsNoneForLongAndNoneBeforeItWasSeen) {
    TokenCache cache;
    const Sha256 token = digest_of("t");
    cache.keep(token, principal_of("s"), {1'000'000}, {100});
    EXPECT_TRUE(cache.find(token, {100 + TokenCache::kMaxAgeS - 1}));
    EXPECT_FALSE(cache.find(token, {100 + TokenCache::kMaxAgeS}));
    cache.keep(token, principal_of("s"), {1'000'000}, {100});
    EXPECT_FALSE(cache.find(token, {99}));
}

TEST(TokenCache, ForgetsTheOneNotUsedForLongest) {
    TokenCache cache;
    const auto keep = [&](std::size_t number) {
        const std::string name = std::to_string(number);
        cache.keep(digest_of(name), principal_of(name), {1000}, {100});
    };
    for (std::size_t i = 0; i < TokenCache::kMaxTokens; ++i) keep(i);
    ASSERT_TRUE(cache.find(digest_of("0"), {100}));
    keep(TokenCache::kMaxTokens);
    EXPECT_TRUE(cache.find(digest_of("0"), {100}));
    EXPECT_FALSE(cache.find(digest_of("1"), {100}));
    EXPECT_TRUE(cache.find(digest_of(std::to_string(TokenCache::kMaxTokens)), {100}));
}

}  // namespace
}  // namespace limpid::service
