#include "limpid/security/secret_source.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

/// A secret as a source gave it, or nothing when the source has none.
using Found = Result<std::optional<ResolvedSecret>>;

constexpr std::string_view kRunSecrets = "/run/secrets/";

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::string variable_of(std::string_view name) {
    std::string variable = "LIMPID_";
    for (const char c : name) {
        variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return variable;
}

std::string_view trimmed_line(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// What a reader gave, as a result of this file.
Found found(Result<std::optional<Secret>> read, SecretOrigin origin, std::string location) {
    if (!read) {
        return fail(read.error().id(),
                    location + (read.error().found().empty() ? "" : ": ") + read.error().found());
    }
    if (!*read) return std::nullopt;
    return ResolvedSecret{std::move(**read), origin, std::move(location)};
}

Result<std::optional<Secret>> read_reference(const SecretReference& reference,
                                             SecretReader& reader) {
    switch (reference.scheme) {
        case ReferenceScheme::file:
            return reader.read_file(reference.target);
        case ReferenceScheme::env:
            return reader.read_variable(reference.target);
        case ReferenceScheme::fd:
            return reader.read_descriptor(
                static_cast<int>(parse_canonical(reference.target, 1023).value_or(0)));
        case ReferenceScheme::vault:
        case ReferenceScheme::aws_sm:
            return reader.read_external(reference);
    }
    return fail(ErrorCode::internal_failure);
}

Found from_reference(const SecretRequest& request, SecretReader& reader) {
    if (request.reference.empty()) return std::nullopt;
    const Result<SecretReference> reference = parse_secret_reference(request.reference);
    if (!reference) return std::unexpected(reference.error());
    Found secret = found(read_reference(*reference, reader), SecretOrigin::reference,
                         excerpt(request.reference, 256));
    // A reference is a promise that something is there.
    if (secret && !*secret) {
        return fail(ErrorCode::secret_not_found, excerpt(request.reference, 256));
    }
    return secret;
}

Found from_environment(const SecretRequest& request, SecretReader& reader) {
    const std::string variable = variable_of(request.name);
    const std::string file_variable = variable + "_FILE";
    Found direct = found(reader.read_variable(variable), SecretOrigin::environment, variable);
    if (!direct) return direct;
    const Result<std::optional<Secret>> path = reader.read_variable(file_variable);
    if (!path) return fail(path.error().id(), file_variable);
    if (!*path) return direct;
    if (*direct) return fail(ErrorCode::secret_ambiguous, variable + " and " + file_variable);
    Found in_file = found(reader.read_file(trimmed_line((*path)->expose_text())),
                          SecretOrigin::environment_file, file_variable);
    if (in_file && !*in_file) {
        return fail(ErrorCode::secret_unavailable,
                    "the file that " + file_variable + " names is not there");
    }
    return in_file;
}

Found from_files(const SecretRequest& request, SecretReader& reader) {
    Found credential = found(reader.read_credential(request.name), SecretOrigin::credential,
                             "credential " + std::string(request.name));
    if (!credential || *credential) return credential;
    const std::string path = std::string(kRunSecrets) + std::string(request.name);
    return found(reader.read_file(path), SecretOrigin::run_secret, path);
}

Found first_source(const SecretRequest& request, SecretReader& reader) {
    Found secret = from_reference(request, reader);
    if (!secret || *secret) return secret;
    secret = from_environment(request, reader);
    if (!secret || *secret) return secret;
    secret = from_files(request, reader);
    if (!secret || *secret) return secret;
    return found(reader.read_registry(request.name), SecretOrigin::registry,
                 "registry " + std::string(request.name));
}

Result<ResolvedSecret> generate(const SecretRequest& request, SecretReader& reader,
                                RandomSource& random) {
    if (request.generated_bytes == 0) {
        const std::string variable = variable_of(request.name);
        return fail(ErrorCode::secret_not_found,
                    std::string(request.name) + "; looked at " + variable + ", " + variable +
                        "_FILE, credentials, " + std::string(kRunSecrets) +
                        std::string(request.name) + " and the registry");
    }
    Result<Secret> secret = generate_secret(request.generated_bytes, random);
    if (!secret) return std::unexpected(secret.error());
    Status stored = reader.store(request.name, *secret);
    if (!stored) return std::unexpected(std::move(stored).error());
    return ResolvedSecret{std::move(*secret), SecretOrigin::generated,
                          "registry " + std::string(request.name)};
}

}  // namespace

std::string_view to_string(SecretOrigin origin) noexcept {
    switch (origin) {
        case SecretOrigin::reference:
            return "reference";
        case SecretOrigin::environment:
            return "environment";
        case SecretOrigin::environment_file:
            return "environment_file";
        case SecretOrigin::credential:
            return "credential";
        case SecretOrigin::run_secret:
            return "run_secret";
        case SecretOrigin::registry:
            return "registry";
        case SecretOrigin::generated:
            return "generated";
    }
    return "";
}

SecretReader::~SecretReader() = default;

Result<std::optional<Secret>> SecretReader::read_descriptor(int) { return std::nullopt; }
Result<std::optional<Secret>> SecretReader::read_credential(std::string_view) {
    return std::nullopt;
}
Result<std::optional<Secret>> SecretReader::read_external(const SecretReference&) {
    return fail(ErrorCode::secret_unsupported_reference);
}
Result<std::optional<Secret>> SecretReader::read_registry(std::string_view) { return std::nullopt; }
Status SecretReader::store(std::string_view, const Secret&) {
    return fail(ErrorCode::secret_unavailable, "there is no registry to store it in");
}

Result<ResolvedSecret> resolve_secret(const SecretRequest& request, SecretReader& reader,
                                      RandomSource& random) {
    if (!is_name(request.name)) {
        return fail(ErrorCode::argument_invalid,
                    "the name is '" + excerpt(request.name) + "'; it must be [a-z][a-z0-9_]{0,63}");
    }
    Found secret = first_source(request, reader);
    if (!secret) return std::unexpected(secret.error());
    if (!*secret) return generate(request, reader, random);
    ResolvedSecret& resolved = **secret;
    Result<Secret> value = Secret::copy_of(as_bytes(trimmed_line(resolved.value.expose_text())));
    if (!value) return std::unexpected(value.error());
    resolved.value = std::move(*value);
    Status strong = check_secret_strength(resolved.value, request.strength);
    if (!strong) {
        const std::string& why = strong.error().found();
        return fail(strong.error().id(), resolved.location + (why.empty() ? "" : ": ") + why);
    }
    return std::move(resolved);
}

}  // namespace limpid::security
