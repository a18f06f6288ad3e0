#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/security/asymmetric_verifier.hpp"

namespace limpid::verdicts {

using Json = nlohmann::json;

/// What limpid says to one vector.
struct Answer {
    /// Does limpid verify it, open it, or compute what it says?
    bool accepted = false;
    /// Of a refusal: its code, where limpid gives one. The verdict line says it.
    std::string code = {};
    /// Of a refusal: the rule of limpid's own by which such a vector is refused although others
    /// accept it; empty where there is none. Such a refusal is right whatever the file says.
    std::string rule = {};
};

/// One file of Wycheproof test vectors, and what asks limpid about each of them. To have another
/// file judged, write its function in a file of its own and enter it in suites.cpp.
struct Suite {
    /// First word of the verdict lines.
    std::string_view name;
    /// Name of the JSON file.
    std::string_view file;
    /// Nothing for a vector about sizes that limpid's types rule out (AES-128, say): it gets no
    /// line.
    std::optional<Answer> (*answer)(const Json& group, const Json& test);
};

/// The files that this program judges, in the order of its verdicts.
[[nodiscard]] std::span<const Suite> suites();

/// What limpid says about the vectors of one file.
struct Judged {
    /// One line a vector, in the file's order: `suite tcId accepted|refused [code]`.
    std::string lines;
    std::size_t vectors = 0;
    std::size_t accepted = 0;
    /// Invalid vectors that are accepted because the file itself has them as valid ones, too.
    std::size_t contradicted = 0;
    /// Valid vectors that a rule of limpid's refuses, counted for each code and rule.
    std::map<std::string, std::size_t> refused_by_rule;
    /// Vectors that may be taken either way.
    std::size_t acceptable = 0;
    /// Descriptions of vectors judged otherwise than the file says.
    std::vector<std::string> wrong;
};

/// Judge every vector. Text in, text out: no file is opened, so that it runs in a page as well.
[[nodiscard]] Judged judge(const Suite& suite, std::string_view json);

/// The examples printed in RFC 7515, 7519, 7914 and 8037, judged as suite `rfc`: each line is
/// `rfc example accepted`, or `refused` with the code. Without a verifier RS256 and ES256 must be
/// answered jwt.unsupported_algorithm.
/// @param asymmetric  borrowed; may be null.
[[nodiscard]] Judged judge_examples(const security::AsymmetricVerifier* asymmetric);

/// The examples as this program judges them.
[[nodiscard]] Judged examples();

/// A member that holds hex digits.
[[nodiscard]] std::vector<std::byte> bytes_of(const Json& test, const char* member);

/// A token and the group's key or keys. The rules by which limpid refuses a valid one are a table
/// in jose.cpp.
/// @param asymmetric  borrowed; without one RS256, PS256 and ES256 must be answered
///                    jwt.unsupported_algorithm.
[[nodiscard]] Answer answer_jws(const Json& group, const Json& test,
                                const security::AsymmetricVerifier* asymmetric);

std::optional<bool> accepts_ed25519(const Json& group, const Json& test);
std::optional<bool> accepts_hmac_sha256(const Json& group, const Json& test);
std::optional<bool> accepts_hmac_sha512(const Json& group, const Json& test);
std::optional<bool> accepts_hkdf_sha256(const Json& group, const Json& test);
std::optional<bool> accepts_pbkdf2_sha256(const Json& group, const Json& test);
std::optional<bool> accepts_chacha20_poly1305(const Json& group, const Json& test);
std::optional<bool> accepts_xchacha20_poly1305(const Json& group, const Json& test);
std::optional<bool> accepts_aes_256_gcm(const Json& group, const Json& test);

/// The answer of a judge that has no codes.
template <std::optional<bool> (*kAccepts)(const Json& group, const Json& test)>
std::optional<Answer> plain(const Json& group, const Json& test) {
    const auto accepted = kAccepts(group, test);
    if (!accepted) return std::nullopt;
    return Answer{.accepted = *accepted};
}

}  // namespace limpid::verdicts
