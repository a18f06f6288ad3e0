#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// What stands where a secret was.
inline constexpr std::string_view kRedacted = "[redacted]";

/// Does something of this name hold a secret?
///
/// Case, `_`, `-`, `.` and blanks do not matter. Yes for a name that contains password, passwd,
/// passphrase, token, apikey, authorization, secret, sessionid, cookie, credential, signature, jwt
/// or a compound like privatekey, for one whose last word is key, auth, pwd, pin or guid
/// (`x-api-key`, `masterKey`), and not for publicKey. Thread-safe.
[[nodiscard]] LIMPID_API bool is_sensitive_name(std::string_view name) noexcept;

/// The secrets a process knows, to be found wherever they turn up. Copies of them, and of what they
/// look like in base64 and hex, live in Secret. const members are thread-safe.
class LIMPID_API RedactionSet {
public:
    /// Shorter ones would be found by chance in ordinary text.
    static constexpr std::size_t kMinBytes = 6;
    /// Secrets one set holds at most.
    static constexpr std::size_t kMaxSecrets = 1024;

    /// Have `secret` redacted from now on. White space at its ends is not part of it.
    /// @return argument.invalid when it is shorter than kMinBytes, longer than 4096 bytes or one
    /// too many; memory.exhausted.
    [[nodiscard]] Status add(Bytes secret);
    /// As above.
    [[nodiscard]] Status add(const Secret& secret) { return add(secret.expose()); }

    /// `text` with every known secret replaced, as it is or: in base64 of either alphabet at any
    /// position of a larger encoded text, in hex of either case, percent-encoded wholly or partly,
    /// with the escapes of JSON for ASCII characters, and the first two within percent-encoding.
    [[nodiscard]] std::string redact(std::string_view text) const;

private:
    enum class Form : unsigned char { raw, hex, base64 };
    struct Pattern {
        Form form;
        Secret text;
    };
    struct Match {
        std::size_t begin, end;
    };

    [[nodiscard]] Status add_pattern(Form form, std::string text);
    [[nodiscard]] static std::size_t matched_bytes(const Pattern& pattern, std::string_view text,
                                                   bool decode) noexcept;
    [[nodiscard]] Match match_at(std::string_view text, std::size_t at) const noexcept;

    std::vector<Pattern> patterns_;
    std::size_t secrets_ = 0;
};

/// Free text made fit for a log: known secrets (`values`); what follows a sensitive name and `=` or
/// `:`, quoted or not; `Bearer` and `Basic` credentials; user name and password in URLs; PEM
/// private keys; and tokens of well-known form (`whsec_`, `IMGR-`, `sk-`, `ghp_`, `eyJ…`, limpid's
/// own). What is unclear is removed rather than kept. Thread-safe.
[[nodiscard]] LIMPID_API std::string redact_text(std::string_view text, const RedactionSet& values);

/// A JSON document with the value of every sensitive member replaced by "[redacted]" at any depth,
/// whatever its type, also in lists of `{"name": …, "value": …}`; the other strings as
/// redact_text(). Members come out sorted. What is not strict JSON, is nested deeper than 64 or
/// longer than 1 MiB is treated as text. Thread-safe.
[[nodiscard]] LIMPID_API std::string redact_json(std::string_view json, const RedactionSet& values);

/// The value of an HTTP header, without the name. Thread-safe.
[[nodiscard]] LIMPID_API std::string redact_header(std::string_view name, std::string_view value,
                                                   const RedactionSet& values);

/// A query string or form body, `a=1&b=2`, without `?`. Names are percent-decoded before they are
/// looked at; what is kept keeps its encoding. Thread-safe.
[[nodiscard]] LIMPID_API std::string redact_query(std::string_view query,
                                                  const RedactionSet& values);

/// A URL or path with query and fragment: as redact_query() and redact_text(). Thread-safe.
[[nodiscard]] LIMPID_API std::string redact_url(std::string_view url, const RedactionSet& values);

}  // namespace limpid::security
