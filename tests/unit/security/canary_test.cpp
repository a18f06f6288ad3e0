// A secret that went through everything is found in no memory afterwards, and in no text.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "limpid/security/api_key.hpp"
#include "limpid/security/imagor_studio.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/redact.hpp"
#include "limpid/security/seal.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"
#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

#if defined(__EMSCRIPTEN__)
#include <unistd.h>
#else
#include <fstream>
#include <sstream>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define LIMPID_TEST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIMPID_TEST_ASAN 1
#endif
#endif

namespace limpid::security::canary_test {
namespace {

constexpr std::size_t kCanaryBytes = 48;

/// The canary, one byte at a time: the whole never lies in memory but where a test puts it.
char canary_at(std::size_t i) {
    constexpr std::string_view kAlphabet = "kC3ZPq9xWm0rT5uYb8NaLd2VhJ7sGf4E";
    return kAlphabet[(i * 7 + i / 5) % kAlphabet.size()];
}

Secret canary() {
    return Secret::make(kCanaryBytes,
                        [](std::span<std::byte> out) -> Status {
                            for (std::size_t i = 0; i < out.size(); ++i) {
                                out[i] = static_cast<std::byte>(canary_at(i));
                            }
                            return {};
                        })
        .value();
}

/// How often the canary, or half of it, lies in these bytes.
std::size_t count(const unsigned char* bytes, std::size_t size) {
    constexpr std::size_t kPart = kCanaryBytes / 2;
    std::size_t found = 0;
    for (std::size_t at = 0; at + kPart <= size; ++at) {
        if (bytes[at] != static_cast<unsigned char>(canary_at(0))) continue;
        std::size_t same = 1;
        while (same < kPart && bytes[at + same] == static_cast<unsigned char>(canary_at(same))) {
            ++same;
        }
        if (same == kPart) ++found;
    }
    return found;
}

#if defined(__EMSCRIPTEN__)
/// All of the module's memory: data, stack, heap, free blocks included.
std::size_t count_everywhere() {
    const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
    return count(reinterpret_cast<const unsigned char*>(std::uintptr_t{1024}), end - 1024);
}
#else
/// Every page the process can read and write: data, stack, heap with its free blocks, guarded
/// memory. Read by the kernel, so that a page that is gone meanwhile is no fault.
std::size_t count_everywhere() {
    std::ifstream maps("/proc/self/maps");
    std::ifstream memory("/proc/self/mem", std::ios::binary);
    std::size_t found = 0;
    std::vector<unsigned char> buffer;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::string permissions;
        std::istringstream fields(line);
        fields >> std::hex >> begin >> dash >> end >> permissions;
        if (!permissions.starts_with("r") || line.find("[v") != std::string::npos) continue;
        buffer.resize(end - begin);
        memory.clear();
        memory.seekg(static_cast<std::streamoff>(begin));
        memory.read(reinterpret_cast<char*>(buffer.data()),
                    static_cast<std::streamsize>(buffer.size()));
        const auto read = static_cast<std::size_t>(memory.gcount());
        // The buffer itself is part of what is read: look only at what is not of this function.
        const auto own = reinterpret_cast<std::uintptr_t>(buffer.data());
        if (own >= begin && own < end) {
            const std::size_t before = std::min<std::size_t>(own - begin, read);
            found += count(buffer.data(), before);
        } else {
            found += count(buffer.data(), read);
        }
        std::fill(buffer.begin(), buffer.end(), 0);
    }
    return found;
}
#endif

class OneVariable final : public SecretReader {
public:
    Result<std::optional<Secret>> read_variable(std::string_view name) override {
        if (name != "LIMPID_CANARY") return std::nullopt;
        return std::optional(canary());
    }
    Result<std::optional<Secret>> read_file(std::string_view) override { return std::nullopt; }
};

/// Sends the canary through the whole layer. @return everything that was said meanwhile.
std::string use_the_canary() {
    SeededRandom random(1);
    OneVariable reader;
    std::string said;
    const UnixSeconds now{1'800'000'000};
    {
        const auto resolved = resolve_secret({.name = "canary"}, reader, random);
        EXPECT_TRUE(resolved.has_value());
        said += resolved->location + std::string(to_log_string(resolved->value));
        const Keyring ring = Keyring::create("k1", now, random).value();
        std::string sealed = seal(ring, {"p", "n"}, resolved->value.expose(), random).value();
        said += sealed;
        const Secret opened = unseal(ring, {"p", "n"}, sealed, now).value();
        EXPECT_TRUE(opened == resolved->value);
        sealed.back() = sealed.back() == 'A' ? 'Q' : 'A';
        said += unseal(ring, {"p", "n"}, sealed, now).error().message();

        const PassphraseCost cheap{.memory_kib = 64, .passes = 1};
        const std::string passed =
            seal_with_passphrase(opened, {"p", "n"}, as_bytes("x"), cheap, random).value();
        EXPECT_TRUE(unseal_with_passphrase(opened, {"p", "n"}, passed).has_value());
        said += passed;

        Keyring with_canary;
        EXPECT_TRUE(
            with_canary
                .add("c", Secret::copy_of(opened.expose().first(Keyring::kKeyBytes)).value(), now)
                .has_value());
        EXPECT_TRUE(Keyring::parse(with_canary.to_secret().value()).has_value());
        said += with_canary.subkey("c", "").error().message();

        RedactionSet set;
        EXPECT_TRUE(set.add(opened).has_value());
        EXPECT_EQ(set.redact("nothing"), "nothing");
        said += check_secret_strength(opened, {.min_characters = 64}).error().message();
        const ImagorStudioKeys keys{.jwt_secret = &opened};
        said += open_imagor_studio_row(keys, {"license_key", "AAAA"}).error().message();
        said += parse_secret_reference(opened.expose_text()).error().message();
        said += api_key_id(opened.expose_text()).error().message();
    }
    return said;
}

// The scan must be able to find what it looks for, or its zero would prove nothing.
TEST(Canary, TheScanFindsASecretThatIsThere) {
#if defined(LIMPID_TEST_ASAN)
    GTEST_SKIP() << "the address sanitiser's shadow memory is too large to read";
#endif
    const Secret secret = canary();
    EXPECT_GE(count_everywhere(), 1U);
}

TEST(Canary, V5_AfterUseASecretIsInNoMemoryAndNoText) {
#if defined(LIMPID_TEST_ASAN)
    GTEST_SKIP() << "the address sanitiser's shadow memory is too large to read";
#endif
    const std::string said = use_the_canary();
    EXPECT_EQ(count_everywhere(), 0U);
    EXPECT_EQ(count(reinterpret_cast<const unsigned char*>(said.data()), said.size()), 0U);
    RedactionSet set;
    {
        const Secret secret = canary();
        ASSERT_TRUE(set.add(secret).has_value());
    }
    EXPECT_EQ(set.redact(said), said) << "not in another encoding either";
}

}  // namespace
}  // namespace limpid::security::canary_test
