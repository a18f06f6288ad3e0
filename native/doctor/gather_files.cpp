#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/statvfs.h>

#include "doctor/gather_parts.hpp"
#include "doctor/git_index.hpp"
#include "platform/find_program.hpp"
#include "platform/printable.hpp"

// The files of the installation, and the working tree around its configuration.
namespace limpid::doctor {
namespace {

namespace fs = std::filesystem;

// What is scanned for secrets: no file beyond this is text that somebody wrote.
constexpr std::uint64_t kMaxScannedFile = 1U << 20U;
constexpr std::uint64_t kMaxScannedBytes = std::uint64_t{64} << 20U;
constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{64} << 20U;

std::string folder_of(const std::string& path) {
    const std::string folder = fs::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

void add_disk(Subject& subject, const std::string& folder) {
    struct statvfs status{};
    if (::statvfs(folder.c_str(), &status) != 0) return;
    const auto free = static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
    subject.disks.push_back({.folder = folder, .free_bytes = free});
}

/// The folder whose tracked files are looked at; empty: none.
std::string scanned_folder(const GatherOptions& options) {
    if (!options.root.empty()) return options.root;
    return options.config_file.empty() ? std::string() : folder_of(options.config_file);
}

/// Is it text, by its first bytes?
bool is_text(std::string_view text) {
    return text.substr(0, 4096).find('\0') == std::string_view::npos;
}

/// Secrets in the tracked files whose names begin with `prefix`.
std::vector<SecretHit> scan_tracked(const std::string& top, std::string_view prefix,
                                    const std::vector<std::string>& names) {
    std::vector<SecretHit> hits;
    std::uint64_t scanned = 0;
    for (const std::string& name : names) {
        if (!name.starts_with(prefix) || scanned > kMaxScannedBytes) continue;
        std::string path = top;
        path.append("/").append(name);
        std::error_code error;
        // A link leads to what version control does not keep.
        if (!fs::is_regular_file(fs::symlink_status(path, error))) continue;
        if (const auto size = fs::file_size(path, error); error || size > kMaxScannedFile) continue;
        const auto text = read_text(path, kMaxScannedFile);
        if (!text || !*text || !is_text(**text)) continue;
        scanned += (*text)->size();
        std::ranges::move(scan_for_secrets(platform::printable(name), **text),
                          std::back_inserter(hits));
    }
    return hits;
}

std::optional<std::string> text_at(const std::string& path) {
    auto text = read_text(path);
    return text ? *std::move(text) : std::nullopt;
}

std::vector<std::string> backups_of(const std::string& config) {
    constexpr std::array<std::string_view, 6> kEndings = {"~",    ".bak",  ".orig",
                                                          ".old", ".save", ".rej"};
    std::vector<std::string> candidates;
    candidates.reserve(kEndings.size() + 1);
    for (const std::string_view ending : kEndings)
        candidates.push_back(config + std::string(ending));
    candidates.push_back(
        (fs::path(config).parent_path() / ("." + fs::path(config).filename().string() + ".swp"))
            .string());
    std::vector<std::string> there;
    for (const std::string& candidate : candidates) {
        std::error_code error;
        if (fs::exists(candidate, error)) there.push_back(platform::printable(candidate));
    }
    return there;
}

}  // namespace

void gather_files(Subject& subject, const GatherOptions& options) {
    if (!options.config_file.empty()) {
        add_file(subject, FileRole::config, options.config_file);
        add_file(subject, FileRole::config_folder, folder_of(options.config_file));
        add_file(subject, FileRole::env_file, folder_of(options.config_file) + "/.env");
    }
    const std::string worker = setting_text(subject, "worker_program");
    add_file(subject, FileRole::worker,
             worker.empty() ? platform::find_program("limpid-worker") : worker);
    const std::string keeper = setting_text(subject, "keeper_program");
    add_file(subject, FileRole::keeper,
             keeper.empty() ? platform::find_program("limpid-keeper") : keeper);
    if (!subject.config.settings) return;
    const std::string keys = rooted(options, setting_text(subject, "keys_file"));
    if (!keys.empty()) {
        add_file(subject, FileRole::keys, keys);
        add_file(subject, FileRole::keys_folder, folder_of(keys));
    }
    add_file(subject, FileRole::jwt_keys, rooted(options, setting_text(subject, "jwt_keys_file")));
    const std::string log = rooted(options, setting_text(subject, "log_file"));
    if (!log.empty()) {
        add_file(subject, FileRole::log, log);
        add_file(subject, FileRole::log_folder, folder_of(log));
        add_disk(subject, folder_of(log));
    }
}

void gather_repository(Subject& subject, const GatherOptions& options) {
    RepositoryFacts& facts = subject.repository;
    if (!options.config_file.empty()) facts.backups = backups_of(options.config_file);
    const std::string folder = scanned_folder(options);
    const std::string top = folder.empty() ? std::string() : find_repository(folder);
    if (top.empty()) return;
    const auto index = read_text(index_path(top), kMaxIndexBytes);
    if (!index || !*index) return;
    auto names = read_git_index(**index);
    if (!names) return;
    std::error_code error;
    std::string prefix = fs::relative(folder, top, error).generic_string();
    prefix = error || prefix == "." ? std::string() : prefix + "/";
    facts.secrets = scan_tracked(top, prefix, *names);
    facts.tracked = *std::move(names);
    facts.git_ignore = text_at(top + "/.gitignore");
    facts.docker_ignore = text_at(top + "/.dockerignore");
    facts.has_dockerfile =
        fs::exists(top + "/Dockerfile", error) || fs::exists(folder + "/Dockerfile", error);
}

}  // namespace limpid::doctor
