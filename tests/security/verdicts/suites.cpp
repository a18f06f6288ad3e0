#include "security/verdicts/suites.hpp"

#include <array>
#include <stdexcept>

#include "limpid/security/encoding.hpp"

namespace limpid::verdicts {
namespace {

constexpr std::array kSuites = {
    Suite{"aes_256_gcm", "aes_gcm_test.json", accepts_aes_256_gcm},
    Suite{"chacha20_poly1305", "chacha20_poly1305_test.json", accepts_chacha20_poly1305},
    Suite{"ed25519", "ed25519_test.json", accepts_ed25519},
    Suite{"hkdf_sha256", "hkdf_sha256_test.json", accepts_hkdf_sha256},
    Suite{"hmac_sha256", "hmac_sha256_test.json", accepts_hmac_sha256},
    Suite{"hmac_sha512", "hmac_sha512_test.json", accepts_hmac_sha512},
    Suite{"xchacha20_poly1305", "xchacha20_poly1305_test.json", accepts_xchacha20_poly1305},
};

void judge_one(const Suite& suite, const Json& group, const Json& test, Judged& out) {
    const auto accepted = suite.accepts(group, test);
    if (!accepted) return;
    const std::string id = std::to_string(test.at("tcId").get<int>());
    const char* verdict = *accepted ? "accepted" : "refused";
    out.lines.append(suite.name).append(" ").append(id).append(" ").append(verdict).append("\n");
    ++out.vectors;
    out.accepted += *accepted ? 1 : 0;
    const auto expected = test.at("result").get<std::string>();
    if (expected == "acceptable") {
        ++out.acceptable;
    } else if (expected != "valid" && expected != "invalid") {
        throw std::runtime_error("a result that is not known: " + expected);
    } else if (*accepted != (expected == "valid")) {
        out.wrong.push_back(std::string(suite.name) + " " + id + " is " + expected + ", " +
                            verdict + ": " + test.value("comment", ""));
    }
}

}  // namespace

std::span<const Suite> suites() { return kSuites; }

Judged judge(const Suite& suite, std::string_view json) {
    Judged judged;
    const Json file = Json::parse(json);
    for (const Json& group : file.at("testGroups")) {
        for (const Json& test : group.at("tests")) judge_one(suite, group, test, judged);
    }
    return judged;
}

std::vector<std::byte> bytes_of(const Json& test, const char* member) {
    const auto decoded = security::decode_hex(test.at(member).get_ref<const std::string&>());
    if (!decoded) throw std::runtime_error(std::string(member) + " is not hex");
    return {decoded->span().begin(), decoded->span().end()};
}

}  // namespace limpid::verdicts
