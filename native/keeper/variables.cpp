#include "keeper/variables.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "limpid/security/secret_source.hpp"
#include "platform/printable.hpp"
#include "platform/secret_reader.hpp"

namespace limpid::keeper {
namespace {

using security::ReferenceScheme;

struct Named {
    std::string_view name;
    std::string Setup::* reference;
};
constexpr std::array kSecrets = {
    Named{"JWT_SECRET", &Setup::jwt_secret},
    Named{"AUDIT_KEY", &Setup::audit_key},
    Named{"SIGNING_KEY", &Setup::signing_key},
    Named{"SIGNING_KEY_PASSPHRASE", &Setup::signing_key_passphrase},
    Named{"LICENSE_KEY", &Setup::license_key},
};
constexpr std::string_view kDescriptorPrefix = "LIMPID_DESCRIPTOR_";
constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

std::optional<security::SecretReference> parsed(const std::string& reference) {
    if (reference.empty()) return std::nullopt;
    auto found = security::parse_secret_reference(reference);
    if (!found) return std::nullopt;
    return *std::move(found);
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// `NAME=VALUE` and a zero byte.
bool write_variable(int file, std::string_view name, std::string_view value) {
    return write_all(file, name) && write_all(file, "=") && write_all(file, value) &&
           write_all(file, std::string_view("\0", 1));
}

/// Hand a variable over. Straight from the environment: there is no copy that would stay.
bool take_variable(int file, const std::string& name, bool is_secret) {
    char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) return true;
    const std::size_t size = std::strlen(value);
    const bool written = write_variable(file, name, {value, size});
    if (!is_secret) return written;
    ::explicit_bzero(value, size);
    ::unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return written;
}

Status take_descriptor(int file, const std::string& number) {
    platform::SystemSecretReader reader;
    auto secret = reader.read_descriptor(std::stoi(number));
    if (!secret) return std::unexpected(std::move(secret).error());
    if (!*secret) return fail(ErrorCode::secret_not_found, "fd:" + number);
    const bool written =
        write_variable(file, std::string(kDescriptorPrefix) + number, (*secret)->expose_text());
    return written ? Status() : fail(ErrorCode::keeper_unavailable, "memory for variables");
}

}  // namespace

void refer_to_variables(Setup& setup) {
    for (const Named& secret : kSecrets) {
        const auto reference = parsed(setup.*secret.reference);
        if (!reference || reference->scheme != ReferenceScheme::fd) continue;
        setup.*secret.reference = "env:" + std::string(kDescriptorPrefix) + reference->target;
    }
}

Result<platform::FileDescriptor> take_variables(const Setup& setup) {
    platform::FileDescriptor file(::memfd_create("limpid-variables", MFD_CLOEXEC));
    if (!file.valid()) {
        return fail(ErrorCode::keeper_unavailable, platform::describe_errno("memory", errno));
    }
    bool written = take_variable(file.get(), "CREDENTIALS_DIRECTORY", false);
    for (const Named& secret : kSecrets) {
        const std::string name = "LIMPID_" + std::string(secret.name);
        written = take_variable(file.get(), name, true) && written;
        written = take_variable(file.get(), name + "_FILE", false) && written;
        const auto reference = parsed(setup.*secret.reference);
        if (!reference) continue;
        if (reference->scheme == ReferenceScheme::env) {
            written = take_variable(file.get(), reference->target, true) && written;
        }
        if (reference->scheme != ReferenceScheme::fd) continue;
        if (Status status = take_descriptor(file.get(), reference->target); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
    if (!written) return fail(ErrorCode::keeper_unavailable, "memory for variables");
    return file;
}

bool adopt_variables(int file) {
    struct stat status{};
    if (::fstat(file, &status) != 0 || status.st_size < 0) return false;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return true;
    if (size > kMaxBytes) return false;
    // Of the file's own pages: nothing of it stays in this process when they are given back.
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) return false;
    std::string_view rest(static_cast<const char*>(mapped), size);
    bool well = true;
    while (well && !rest.empty()) {
        const std::size_t equals = rest.find('=');
        const std::size_t end = rest.find('\0');
        well = end != std::string_view::npos && equals < end;
        if (!well) break;
        const std::string name(rest.substr(0, equals));
        // Ends at the zero byte.
        well = ::setenv(name.c_str(), &rest[equals + 1], 1) == 0;  // NOLINT(concurrency-mt-unsafe)
        rest.remove_prefix(end + 1);
    }
    ::munmap(mapped, size);
    return well;
}

}  // namespace limpid::keeper
