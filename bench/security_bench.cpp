// The security layer: what a service does for each request, and what opening a sealed store costs.
// bench/compare/security.mjs measures npm packages with the same ids and sizes.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/security/json.hpp"
#include "limpid/security/jwt.hpp"
#include "limpid/security/signing_key.hpp"
#include "security/crypto/aead.hpp"
#include "security/crypto/kdf.hpp"
#include "security/crypto/mac.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kKilobyte = 1024;
constexpr std::size_t kMegabyte = std::size_t{1024} * 1024;
constexpr std::size_t kJsonBytes = 10 * kKilobyte;
constexpr UnixSeconds kNow = {1'800'000'000};

/// The value, or the end of the program: what is measured must work.
template <class T>
T need(Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().message().c_str());
    std::exit(1);
}

/// Bytes of some variety, the same on every target.
std::vector<std::byte> message(std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; i++) bytes[i] = static_cast<std::byte>(i * 167 + (i >> 8U));
    return bytes;
}

template <std::size_t kSize>
std::array<std::byte, kSize> filled(std::byte value) {
    std::array<std::byte, kSize> bytes{};
    bytes.fill(value);
    return bytes;
}

void count_bytes(benchmark::State& state, std::size_t size) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                            static_cast<std::int64_t>(size));
}

void verify_ed25519(benchmark::State& state, std::size_t size) {
    const auto bytes = message(size);
    const auto key = need(SigningKey::from_seed(filled<32>(std::byte{7})));
    const Signature signature = key.sign(bytes);
    for (auto _ : state) {
        if (!verify(bytes, signature, key.verify_key())) state.SkipWithError("not verified");
    }
}

void authenticate(benchmark::State& state, std::size_t size) {
    const auto bytes = message(size);
    const auto key = filled<32>(std::byte{7});
    for (auto _ : state) benchmark::DoNotOptimize(hmac_sha256(key, bytes));
    count_bytes(state, size);
}

void seal_message(benchmark::State& state, std::size_t size) {
    const auto bytes = message(size);
    const auto key = filled<32>(std::byte{7});
    const auto nonce = filled<24>(std::byte{9});
    std::vector<std::byte> sealed(size + kAeadTagBytes);
    for (auto _ : state) {
        if (!xchacha20poly1305_seal(key, nonce, {}, bytes, sealed))
            state.SkipWithError("not sealed");
        benchmark::ClobberMemory();
    }
    count_bytes(state, size);
}

void derive_key(benchmark::State& state) {
    const auto password = message(16);
    const auto salt = filled<16>(std::byte{9});
    std::array<std::byte, 32> key{};
    for (auto _ : state) {
        if (!argon2id(password, salt, {.memory_kib = 65536, .passes = 2}, key)) {
            state.SkipWithError("not derived");
        }
        benchmark::ClobberMemory();
    }
}

void verify_token(benchmark::State& state, const JwsKey& signer, const JwsKey& verifier) {
    const JwtContents contents{.issuer = "limpid", .subject = "ada", .audiences = {"demo"}};
    const std::string token = need(issue_jwt(contents, signer, kNow));
    const JwtPolicy policy{.issuers = {"limpid"}, .audiences = {"demo"}};
    const std::array keys = {verifier};
    for (auto _ : state) {
        if (!verify_jwt(token, keys, policy, kNow)) state.SkipWithError("not verified");
    }
}

/// An array of small objects, such as a job list.
std::string json_text() {
    std::string text = "[";
    for (int i = 0; text.size() < kJsonBytes - 120; i++) {
        text += (i == 0 ? "" : ",");
        text += R"({"id":)" + std::to_string(i) + R"(,"name":"photo-)" + std::to_string(i) +
                R"(.jpg","done":true,"exposure_ev":0.25,"tags":["a","b"]})";
    }
    return text + "]";
}

void parse_json(benchmark::State& state) {
    const std::string text = json_text();
    for (auto _ : state) {
        if (!parse_json_strict(text)) state.SkipWithError("not parsed");
    }
    count_bytes(state, text.size());
}

template <class Run>
void add(const char* id, Run run) {
    benchmark::RegisterBenchmark(id, run)->Unit(benchmark::kMicrosecond)->UseRealTime();
}

[[maybe_unused]] const bool kSecurityRegistered = [] {
    using State = benchmark::State;
    add("security/ed25519_verify/1kb", [](State& state) { verify_ed25519(state, kKilobyte); });
    add("security/hmac_sha256/1kb", [](State& state) { authenticate(state, kKilobyte); });
    add("security/hmac_sha256/1mb", [](State& state) { authenticate(state, kMegabyte); });
    add("security/xchacha20poly1305/1mb", [](State& state) { seal_message(state, kMegabyte); });
    add("security/argon2id/64mib_2_passes", [](State& state) { derive_key(state); });
    add("security/verify_jwt/hs256", [](State& state) {
        const auto key = need(JwsKey::hmac_sha256(filled<32>(std::byte{7})));
        verify_token(state, key, key);
    });
    add("security/verify_jwt/eddsa", [](State& state) {
        const auto seed = filled<32>(std::byte{7});
        const auto pair = need(SigningKey::from_seed(seed));
        verify_token(state, need(JwsKey::ed25519_private(seed)),
                     need(JwsKey::ed25519_public(pair.verify_key().bytes())));
    });
    add("security/strict_json/10kb", [](State& state) { parse_json(state); });
    return true;
}();

}  // namespace
}  // namespace limpid::security
