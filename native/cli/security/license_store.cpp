#include "cli/security/license_store.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "cli/security/references.hpp"
#include "limpid/security/seal.hpp"
#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/read_secret.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

using security::Keyring;
using security::LicenseMemory;
using security::Secret;
using security::SigningKey;
using security::UnixSeconds;

constexpr std::string_view kDevicePurpose = "license-device";
constexpr std::string_view kDeviceName = "device";
constexpr std::string_view kDeviceFile = "device.sealed";
constexpr std::string_view kKeyringFile = "keyring";

std::string folder_of(const LicenseStoreOption& option) {
    return option.folder.empty() ? default_license_folder() : option.folder;
}

const char* variable(const char* name) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    return value != nullptr && *value == '/' ? value : nullptr;
}

Status make_folder(const std::string& folder) {
    std::error_code error;
    const auto parent = std::filesystem::path(folder).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    struct stat status{};
    if (error || (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) ||
        ::stat(folder.c_str(), &status) != 0) {
        return fail(ErrorCode::io_unwritable,
                    platform::describe_errno(folder, error ? error.value() : errno));
    }
    if (!S_ISDIR(status.st_mode)) {
        return fail(ErrorCode::io_unwritable, platform::describe_errno(folder, ENOTDIR));
    }
    constexpr mode_t kOthersWrite = 0022;
    if ((status.st_mode & kOthersWrite) != 0) {
        return fail(ErrorCode::secret_exposed, platform::printable(folder));
    }
    return {};
}

/// The keyring in the folder, made when it is missing. Of two processes that make one at a time,
/// one wins and both use its.
Result<Keyring> keyring_in(const std::string& folder) {
    const std::string path = folder + "/" + std::string(kKeyringFile);
    platform::SystemSecretReader reader;
    auto text = reader.read_file(path);
    if (!text) return std::unexpected(text.error());
    if (*text) return Keyring::parse(**text);
    platform::SystemRandom random;
    const auto ring = Keyring::create("machine", platform::wall_clock(), random);
    if (!ring) return std::unexpected(ring.error());
    const auto made = ring->to_secret();
    if (!made) return std::unexpected(made.error());
    const Status written = platform::write_file(path, made->expose(),
                                                {.mode = platform::kPrivateMode, .replace = false});
    if (!written && written.error().id() != ErrorCode::io_exists) {
        return std::unexpected(written.error());
    }
    return read_keyring("file:" + path);
}

}  // namespace

void add_license_store(CLI::App& command, LicenseStoreOption& option) {
    add_value(command,
              {.names = "--state",
               .value_name = "DIR",
               .help = "folder for what is remembered of licences\n"
                       "[$XDG_STATE_HOME/limpid or ~/.local/state/limpid]",
               .group = "State"},
              [&option](const std::string& text) { option.folder = text; });
    add_reference(command,
                  {.names = "--keyring",
                   .help = "keyring that seals it: file:PATH, env:NAME or fd:NUMBER\n"
                           "[one in DIR]",
                   .group = "State"},
                  option.keyring_reference);
}

std::string default_license_folder() {
    if (const char* state = variable("XDG_STATE_HOME")) return std::string(state) + "/limpid";
    if (const char* home = variable("HOME")) return std::string(home) + "/.local/state/limpid";
    return {};
}

LicenseStore::LicenseStore(std::string folder, Keyring ring)
    : folder_(std::move(folder)), ring_(std::move(ring)) {}

bool LicenseStore::exists(const LicenseStoreOption& option) {
    const std::string folder = folder_of(option);
    struct stat status{};
    return !folder.empty() && ::stat(folder.c_str(), &status) == 0;
}

Result<LicenseStore> LicenseStore::open(const LicenseStoreOption& option) {
    std::string folder = folder_of(option);
    if (folder.empty()) {
        return fail(ErrorCode::usage_invalid, "there is no home folder: say --state DIR");
    }
    if (Status status = make_folder(folder); !status) return std::unexpected(status.error());
    auto ring = option.keyring_reference.empty() ? keyring_in(folder)
                                                 : read_keyring(option.keyring_reference);
    if (!ring) return std::unexpected(ring.error());
    return LicenseStore(std::move(folder), std::move(*ring));
}

Result<std::optional<Secret>> LicenseStore::read(const std::string& name) const {
    platform::SystemSecretReader reader;
    return reader.read_file(path(name));
}

Status LicenseStore::write(const std::string& name, security::Bytes bytes) const {
    return platform::write_file(path(name), bytes, {.mode = platform::kPrivateMode});
}

Result<SigningKey> LicenseStore::device_key() const {
    const auto sealed = read(std::string(kDeviceFile));
    if (!sealed) return std::unexpected(sealed.error());
    if (!*sealed) {
        return fail(ErrorCode::license_wrong_request, "this machine has made no request");
    }
    const auto seed = security::unseal(ring_, {kDevicePurpose, kDeviceName},
                                       (*sealed)->expose_text(), platform::wall_clock());
    if (!seed) return std::unexpected(seed.error());
    return SigningKey::from_seed(seed->expose());
}

Result<SigningKey> LicenseStore::make_device_key() const {
    if (auto known = device_key();
        known || known.error().id() != ErrorCode::license_wrong_request) {
        return known;
    }
    platform::SystemRandom random;
    auto key = SigningKey::generate(random);
    if (!key) return key;
    const auto seed = key->key_pair().expose().first(SigningKey::kSeedBytes);
    const auto sealed = security::seal(ring_, {kDevicePurpose, kDeviceName}, seed, random);
    if (!sealed) return std::unexpected(sealed.error());
    const Status status = write(std::string(kDeviceFile), security::as_bytes(*sealed));
    if (!status) return std::unexpected(status.error());
    return key;
}

Result<std::string> LicenseStore::request(const std::string& id) const {
    const auto text = read(id + ".request");
    if (!text) return std::unexpected(text.error());
    if (*text) return std::string((*text)->expose_text());
    return fail(ErrorCode::license_wrong_request, "no request waits for this licence here");
}

Status LicenseStore::keep_request(const std::string& id, const std::string& text) const {
    return write(id + ".request", security::as_bytes(text));
}

Status LicenseStore::drop_request(const std::string& id) const {
    const std::string file = path(id + ".request");
    if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
    return fail(ErrorCode::io_unwritable, platform::describe_errno(file, errno));
}

Result<std::optional<LicenseMemory>> LicenseStore::memory(const std::string& id,
                                                          UnixSeconds now) const {
    const auto sealed = read(id + ".memory");
    if (!sealed) return std::unexpected(sealed.error());
    if (!*sealed) return std::nullopt;
    auto memory = security::unseal_license_memory((*sealed)->expose_text(), id, ring_, now);
    if (!memory) return std::unexpected(memory.error());
    return *memory;
}

Status LicenseStore::remember(const std::string& id, const LicenseMemory& memory) const {
    platform::SystemRandom random;
    const auto sealed = security::seal_license_memory(memory, id, ring_, random);
    if (!sealed) return std::unexpected(sealed.error());
    return write(id + ".memory", security::as_bytes(*sealed));
}

}  // namespace limpid::cli
