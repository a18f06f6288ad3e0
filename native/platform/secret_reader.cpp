#include "platform/secret_reader.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/read_secret.hpp"

namespace limpid::platform {
namespace {

using security::Secret;
using Found = Result<std::optional<Secret>>;

constexpr std::string_view kRunSecrets = "/run/secrets/";
// Writing and executing by the group, anything by others.
constexpr mode_t kExposing = 0037;

Found found(Result<Secret> secret) {
    if (!secret) return std::unexpected(std::move(secret).error());
    return std::optional(std::move(*secret));
}

Found read_regular(const std::string& path, bool managed) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!file.valid() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    struct stat status{};
    if (!file.valid() || ::fstat(file.get(), &status) != 0) {
        return fail(ErrorCode::secret_unavailable, describe_errno(path, errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(ErrorCode::secret_unavailable,
                    printable(path) + " is no regular file; fd:NUMBER reads a pipe");
    }
    if (!managed && (status.st_mode & kExposing) != 0) {
        return fail(ErrorCode::secret_exposed, printable(path));
    }
    return found(read_secret_descriptor(file.get(), path, ErrorCode::secret_unavailable));
}

/// The value in the environment itself, or null. One thread, so the environment holds still.
char* variable(const std::string& name) {
    return std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

Found SystemSecretReader::read_variable(std::string_view name) {
    const std::string terminated(name);
    char* const value = variable(terminated);
    if (value == nullptr) return std::nullopt;
    const std::size_t size = std::strlen(value);
    Found secret = found(Secret::copy_of(security::as_bytes({value, size})));
    ::explicit_bzero(value, size);
    ::unsetenv(terminated.c_str());  // NOLINT(concurrency-mt-unsafe)
    return secret;
}

Found SystemSecretReader::read_file(std::string_view path) {
    const bool managed = path.starts_with(kRunSecrets) && !path.contains("/../");
    return read_regular(std::string(path), managed);
}

Found SystemSecretReader::read_descriptor(int descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) return std::nullopt;
    return found(read_secret_descriptor(descriptor, "fd:" + std::to_string(descriptor),
                                        ErrorCode::secret_unavailable));
}

Found SystemSecretReader::read_credential(std::string_view name) {
    const char* const folder = variable("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') return std::nullopt;
    return read_regular(std::string(folder) + "/" + std::string(name), true);
}

}  // namespace limpid::platform
