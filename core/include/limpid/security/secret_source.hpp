#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Where a secret can lie, in the order in which resolve_secret() looks.
enum class SecretOrigin : std::uint8_t {
    reference,         ///< what a flag or the configuration refers to; see parse_secret_reference()
    environment,       ///< the variable NAME
    environment_file,  ///< the file that the variable NAME_FILE names
    credential,        ///< systemd: the file NAME in $CREDENTIALS_DIRECTORY
    run_secret,        ///< Docker, Podman, Kubernetes: /run/secrets/NAME
    registry,          ///< what an earlier run stored, sealed
    generated,         ///< made now, and stored in the registry
};

/// `reference`, `environment`, … as the enumerators are named.
[[nodiscard]] LIMPID_API std::string_view to_string(SecretOrigin origin) noexcept;

/// How a reference is looked up. The last two need a SecretReader that can.
enum class ReferenceScheme : std::uint8_t { file, env, fd, vault, aws_sm };

/// A reference to a secret: never the secret.
struct SecretReference {
    ReferenceScheme scheme = ReferenceScheme::file;
    /// What follows the colon: a path, a variable's name, a file descriptor's number, …
    std::string target;
};

/// Read `file:PATH`, `env:NAME`, `fd:NUMBER`, `vault:PATH` or `aws-sm:REGION/NAME`.
///
/// Anything else is taken for the secret itself and refused without being repeated: command lines
/// can be read by every user of a machine, and configurations are copied about.
///
/// @return secret.literal_refused; secret.malformed_reference for a target that is empty, longer
///         than 4096 bytes, holds control characters, or is no variable's name or descriptor
///         0..1023.
[[nodiscard]] LIMPID_API Result<SecretReference> parse_secret_reference(std::string_view text);

/// What reads the world for resolve_secret(). Implement it over files and the environment, or over
/// what a page was handed.
class LIMPID_API SecretReader {
public:
    SecretReader() = default;
    SecretReader(const SecretReader&) = delete;
    SecretReader& operator=(const SecretReader&) = delete;
    virtual ~SecretReader();

    /// The contents of an environment variable; nothing when it is not set.
    virtual Result<std::optional<Secret>> read_variable(std::string_view name) = 0;
    /// The contents of a file; nothing when there is none. Other failures: secret.unavailable.
    virtual Result<std::optional<Secret>> read_file(std::string_view path) = 0;
    /// What an open descriptor yields up to its end; nothing when it is not open. By default
    /// nothing.
    virtual Result<std::optional<Secret>> read_descriptor(int descriptor);
    /// A credential that the service manager passed. By default nothing.
    virtual Result<std::optional<Secret>> read_credential(std::string_view name);
    /// What `vault:` and `aws-sm:` refer to. By default secret.unsupported_reference.
    virtual Result<std::optional<Secret>> read_external(const SecretReference& reference);
    /// What store() kept under this name. By default nothing.
    virtual Result<std::optional<Secret>> read_registry(std::string_view name);
    /// Keep a generated secret, encrypted (seal()), so that the next start finds it. By default
    /// secret.unavailable: a secret that is lost with the process is not generated.
    virtual Status store(std::string_view name, const Secret& value);
};

/// How hard to guess a secret must be.
struct SecretStrength {
    /// Fewest characters. 32 are 128 bits in hex and 192 in base64. 0 asks for nothing: for secrets
    /// that another system chose.
    std::size_t min_characters = 32;
};

/// One line of printable UTF-8 text? Not empty, not known to everybody, not one pattern repeated?
/// Known: what guides print (`changeme`, `MY_SECURE_KEY`, `your-secret-key`, …), alone, in other
/// spelling, or repeated. Fewer than 8 different characters, or a run of one character over a third
/// of the secret, count as repeated.
/// @return secret.empty; secret.malformed; secret.too_weak saying why, without the secret.
[[nodiscard]] LIMPID_API Status check_secret_strength(const Secret& secret,
                                                      const SecretStrength& strength);

/// Which secret is wanted.
struct SecretRequest {
    /// `[a-z][a-z0-9_]{0,63}`, e.g. "jwt_secret": the name of credential, file below /run/secrets
    /// and registry entry. In capitals after `LIMPID_` it names the variable.
    std::string_view name = {};
    /// What a flag or the configuration gives; empty when it gives nothing.
    std::string_view reference = {};
    /// What is asked of it, wherever it comes from.
    SecretStrength strength = {};
    /// Bytes to generate when no source has it: 48 give 64 characters of base64. 0: never generate.
    std::size_t generated_bytes = 0;
};

/// A secret and where it came from.
struct ResolvedSecret {
    Secret value;
    SecretOrigin origin = SecretOrigin::reference;
    /// E.g. "file:/run/x", "LIMPID_JWT_SECRET_FILE", "/run/secrets/jwt_secret". Never the value.
    std::string location;
};

/// Find a secret: reference, variable, variable_FILE, credential, /run/secrets, registry; else
/// generate one. The first source that is there decides: when it is broken, empty or too weak that
/// is an error, not a reason to look further.
///
/// White space at both ends is dropped: files end with a newline. A variable and its _FILE form at
/// once are an error. Reads nothing by itself and draws nothing: both are handed in.
///
/// @return secret.literal_refused, secret.malformed_reference, secret.unsupported_reference,
///         secret.ambiguous, secret.not_found, secret.empty, secret.malformed, secret.too_weak,
///         secret.unavailable, argument.invalid for a malformed name, memory.exhausted.
[[nodiscard]] LIMPID_API Result<ResolvedSecret> resolve_secret(const SecretRequest& request,
                                                               SecretReader& reader,
                                                               RandomSource& random);

/// `bytes` random bytes as base64 (standard, padded): what `openssl rand -base64` prints.
/// @param bytes  16..1024.
/// @return argument.invalid; memory.exhausted.
[[nodiscard]] LIMPID_API Result<Secret> generate_secret(std::size_t bytes, RandomSource& random);

}  // namespace limpid::security
