#pragma once

#include <span>
#include <string>
#include <vector>

#include "doctor/subject.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/machine_id.hpp"
#include "service/settings_sources.hpp"

// Looks at the machine, the configuration and the files, and judges nothing.
namespace limpid::doctor {

/// Where to look. Empty paths: not asked for.
struct GatherOptions {
    Profile profile = Profile::development;
    /// Configuration file of limpidd.
    std::string config_file = {};
    /// Stands before every absolute path that the settings name: the root of an image.
    std::string root = {};
    /// Folder with compose.yaml, Dockerfile and limpidd.service, as far as they are there.
    std::string deploy_folder = {};
    /// Instead of the settings tls_cert_file and tls_key_file.
    std::string tls_certificate_file = {}, tls_key_file = {};
    std::string license_file = {};
    std::vector<security::VerifyKey> license_issuers = {};
    std::string machine_id_file = std::string(platform::kMachineIdFile);
    std::string advisories_file = {};
    /// The environment limpidd would have; borrowed for the call.
    std::span<const service::Variable> environment = {};
};

/// Where facts come from beside the file system.
struct GatherWorld {
    security::SecretReader& secrets;
    security::RandomSource& random;
    security::UnixSeconds now;
};

/// Everything but what a running service says. Reads files, starts a worker and ends it, and
/// changes nothing; secrets that are read are wiped before it returns, and LIMPID_… variables of
/// secrets are gone from the environment afterwards.
/// @return io.unreadable for a file of `options` but the configuration, whose state is a fact.
[[nodiscard]] Result<Subject> gather(const GatherOptions& options, GatherWorld world);

/// Look at the files again, after their modes were changed.
void refresh_files(Subject& subject);

}  // namespace limpid::doctor
