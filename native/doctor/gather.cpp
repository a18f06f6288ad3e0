#include "doctor/gather.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "doctor/gather_parts.hpp"
#include "doctor/self_tests.hpp"
#include "doctor/versions.hpp"
#include "platform/find_program.hpp"
#include "platform/read_file.hpp"

namespace limpid::doctor {

Result<std::optional<std::string>> read_text(const std::string& path, std::uint64_t max_bytes) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
    const platform::ReadLimit limit{.max_bytes = max_bytes,
                                    .limit_name = "what doctor reads",
                                    .too_large = ErrorCode::io_unreadable};
    const auto bytes = platform::read_file(path, limit);
    if (!bytes) return std::unexpected(bytes.error());
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::string rooted(const GatherOptions& options, const std::string& path) {
    return path.starts_with('/') ? options.root + path : path;
}

std::string setting_text(const Subject& subject, std::string_view name) {
    const service::SettingRow* const row = service::find_setting(name);
    if (row == nullptr || !subject.config.settings) return {};
    return text_of(*subject.config.settings, *row);
}

void add_file(Subject& subject, FileRole role, const std::string& path) {
    struct stat status{};
    if (path.empty() || ::stat(path.c_str(), &status) != 0) return;
    subject.files.push_back({.role = role,
                             .path = path,
                             .folder = S_ISDIR(status.st_mode),
                             .mode = status.st_mode & 07777U,
                             .owner = status.st_uid,
                             .changed = {status.st_mtim.tv_sec}});
}

void refresh_files(Subject& subject) {
    const std::vector<FileFacts> before = std::exchange(subject.files, {});
    for (const FileFacts& file : before) add_file(subject, file.role, file.path);
}

Status gather_deploy(Subject& subject, const GatherOptions& options) {
    if (options.deploy_folder.empty()) return {};
    const std::string folder = options.deploy_folder + "/";
    DeployFacts facts;
    for (const auto& [name, text] :
         {std::pair{"compose.yaml", &facts.compose}, std::pair{"Dockerfile", &facts.dockerfile},
          std::pair{"limpidd.service", &facts.unit}}) {
        auto read = read_text(folder + name);
        if (!read) return std::unexpected(read.error());
        *text = *std::move(read);
    }
    if (!facts.compose && !facts.dockerfile && !facts.unit) {
        return fail(ErrorCode::io_unreadable,
                    "no compose.yaml, Dockerfile or limpidd.service in " + folder);
    }
    subject.deploy = std::move(facts);
    return {};
}

Result<Subject> gather(const GatherOptions& options, GatherWorld world) {
    Subject subject;
    subject.profile = options.profile;
    subject.now = world.now;
    subject.machine = gather_machine();
    gather_config(subject, options);
    gather_files(subject, options);
    gather_credentials(subject, options, world);
    gather_repository(subject, options);
    gather_network(subject);
    subject.self_tests = run_self_tests(world.random);
    const std::string worker = setting_text(subject, "worker_program");
    subject.sandbox =
        gather_sandbox(worker.empty() ? platform::find_program("limpid-worker") : worker);
    subject.libraries = library_versions();
    for (const auto part : {&gather_tls, &gather_license, &gather_deploy}) {
        if (Status status = part(subject, options); !status) {
            return std::unexpected(status.error());
        }
    }
    if (!options.advisories_file.empty()) {
        auto text = read_text(options.advisories_file, 16U << 20U);
        if (!text) return std::unexpected(text.error());
        if (!*text) return fail(ErrorCode::io_unreadable, options.advisories_file);
        subject.advisories = std::move(*text);
    }
    return subject;
}

}  // namespace limpid::doctor
