#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/certificate.hpp"
#include "doctor/http_client.hpp"
#include "doctor/secret_scan.hpp"
#include "limpid/error.hpp"
#include "limpid/security/api_key.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/types.hpp"
#include "service/listen_address.hpp"
#include "service/settings.hpp"
#include "worker/layers.hpp"

// Everything the checks judge, gathered beforehand (gather.hpp), so that a test can say what the
// machine is like. No member holds a secret.
namespace limpid::doctor {

/// What the installation is for. production asks for more.
enum class Profile : std::uint8_t { development, production };

/// What the kernel gives and how this process runs. Absent: the kernel does not tell.
struct MachineFacts {
    /// "6.1.0-18-amd64".
    std::string kernel_release;
    /// Version of Landlock; 0: none.
    int landlock_abi = 0;
    /// What filters may do, as /proc/sys/kernel/seccomp/actions_avail lists it.
    std::optional<std::string> seccomp_actions;
    /// RLIMIT_MEMLOCK, RLIMIT_CORE, RLIMIT_NOFILE; the largest number is "no limit".
    std::uint64_t memlock_bytes = 0;
    std::uint64_t core_bytes = 0;
    std::uint64_t open_files = 0;
    std::uint32_t user_id = 0;
    /// Bits of CapEff and CapBnd in /proc/self/status.
    std::optional<std::uint64_t> effective_capabilities, bounding_capabilities;
    std::optional<bool> no_new_privileges;
    /// kernel.randomize_va_space, kernel.yama.ptrace_scope, user.max_user_namespaces.
    std::optional<std::int64_t> address_randomisation, ptrace_scope, max_user_namespaces;
    /// Of the machine, or of the container when that has less; 0: unknown.
    std::uint64_t memory_bytes = 0;
    int processors = 1;
};

/// What a file that belongs to the installation is for.
enum class FileRole : std::uint8_t {
    config,
    config_folder,
    env_file,
    keys,
    keys_folder,
    jwt_keys,
    secret,
    log,
    log_folder,
    tls_key,
    license,
    worker,
    keeper,
};

/// A file that is there.
struct FileFacts {
    FileRole role;
    std::string path;
    bool folder = false;
    /// Permission bits, sticky bit included.
    unsigned mode = 0;
    std::uint32_t owner = 0;
    security::UnixSeconds changed;
};

/// Of the working tree around the configuration.
struct RepositoryFacts {
    /// Names that version control keeps, from the tree's top; absent: there is no repository.
    std::optional<std::vector<std::string>> tracked;
    /// Contents of .gitignore at the top and of .dockerignore; absent: there is none.
    std::optional<std::string> git_ignore, docker_ignore;
    bool has_dockerfile = false;
    /// Secrets in tracked files below the folder of the configuration.
    std::vector<SecretHit> secrets;
    /// Copies of the configuration that an editor left.
    std::vector<std::string> backups;
};

/// The configuration as limpidd would read it.
struct ConfigFacts {
    /// Path of the file; empty: none was named.
    std::string path;
    /// What looks like a secret in it.
    std::vector<SecretHit> secrets;
    /// What is wrong with the file, and with the variables LIMPID_*.
    std::optional<Error> file_error, environment_error;
    /// Both together; absent when one of them is wrong.
    std::optional<service::Settings> settings;
    /// Settings of kind secret whose value itself stands in the environment.
    std::vector<std::string> literal_variables;
    /// Of LD_PRELOAD, LD_LIBRARY_PATH, LD_AUDIT those that are set.
    std::vector<std::string> loader_variables;
};

/// A setting of kind secret that has a source.
struct SecretFacts {
    std::string setting;
    /// Why it cannot be used.
    std::optional<Error> error;
    /// security::to_string(SecretOrigin), and where; empty on an error.
    std::string origin, location;
};

/// A listener of the settings.
struct ListenFacts {
    std::string text;
    /// Without addresses: it cannot be read.
    service::ListenAddress address;
    /// Is a name written where an address could stand?
    bool by_name = false;
};

/// What credentials there are.
struct CredentialFacts {
    /// Of keys_file.
    bool keys_file_present = false;
    std::optional<Error> keys_error;
    std::vector<security::ApiKeyRecord> keys;
    /// Of jwt_keys_file.
    std::optional<Error> jwt_keys_error;
    std::vector<SecretFacts> secrets;
};

/// The licence that was named.
struct LicenseFacts {
    std::optional<Error> error;
    security::LicenseStatus status;
};

/// What the built-in tests of cryptography and of the library gave.
struct SelfTestFacts {
    /// SHA-256 of "abc" in hex.
    std::string sha256_of_abc;
    bool ed25519_accepts = false;
    bool ed25519_refuses = false;
    bool es256_accepts = false;
    bool es256_refuses = false;
    bool sealing_opens = false;
    bool sealing_refuses = false;
    bool random_differs = false;
    bool memory_is_guarded = false;
    /// SHA-256 in hex of the built-in picture, enhanced.
    std::string picture_digest;
};

/// Certificate and key of the TLS listener.
struct TlsFacts {
    std::optional<Error> certificate_error, key_error;
    /// The server's own first.
    std::vector<crypto::Certificate> chain;
    /// Absent when one of the two cannot be read, or the key is encrypted.
    std::optional<bool> key_matches;
};

/// A worker that was started to see what confines it.
struct SandboxFacts {
    std::optional<Error> error;
    worker::Layers layers;
};

/// Room on the disk of a folder that the service writes.
struct DiskFacts {
    std::string folder;
    std::uint64_t free_bytes = 0;
};

/// A library that is inside, and its version.
struct LibraryFacts {
    std::string name, version;
};

/// Texts of the files that deploy; absent: there is no such file.
struct DeployFacts {
    std::optional<std::string> compose, dockerfile, unit;
};

/// Answers of a running service, by the name of the probe (live_probe.hpp).
struct LiveFacts {
    HttpUrl url = {};
    /// Was a key given, so that more can be asked?
    bool with_key = false;
    /// What was sent where it must not come back.
    std::string canary = {};
    std::vector<std::pair<std::string, Result<HttpReply>>> replies = {};
};

/// Everything a check may look at. Absent: not asked for, and checks of it are skipped.
struct Subject {
    Profile profile = Profile::development;
    security::UnixSeconds now;
    MachineFacts machine;
    ConfigFacts config;
    std::vector<FileFacts> files;
    RepositoryFacts repository;
    CredentialFacts credentials;
    ListenFacts listen;
    /// Absent: no such listener.
    std::optional<ListenFacts> metrics_listen;
    std::optional<ListenFacts> admin_listen;
    /// Hosts that the settings have the service connect to.
    std::vector<std::string> outbound;
    SelfTestFacts self_tests;
    SandboxFacts sandbox;
    std::vector<DiskFacts> disks;
    std::vector<LibraryFacts> libraries;
    /// Text of the file of advisories.
    std::optional<std::string> advisories;
    std::optional<TlsFacts> tls;
    std::optional<LicenseFacts> license;
    std::optional<DeployFacts> deploy;
    std::optional<LiveFacts> live;
};

}  // namespace limpid::doctor
