#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/file_modes.hpp"
#include "doctor/words.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

// Who may read and write the files of an installation, and what lies about.
namespace limpid::doctor {
namespace {

constexpr unsigned kGroupOrOthersWrite = 0022;
constexpr unsigned kOthers = 0007;
constexpr unsigned kOthersWrite = 0002;
constexpr unsigned kSticky = 01000;

std::string said_of(const FileFacts& file) {
    return platform::printable(file.path) + " has mode " + octal(file.mode);
}

/// Finds the files of a role that `is_wrong` is true of.
template <class IsWrong>
Outcome judge_files(const Subject& subject, FileRole role, IsWrong is_wrong) {
    std::vector<std::string> wrong;
    bool any = false;
    for (const FileFacts& file : subject.files) {
        if (file.role != role) continue;
        any = true;
        if (is_wrong(file)) wrong.push_back(said_of(file));
    }
    if (!any) return skipped("there is none");
    return found_if(listed(wrong));
}

Outcome judge_modes(const Subject& subject, FileRole role) {
    return judge_files(subject, role, [role](const FileFacts& file) {
        return !is_managed(file) && (file.mode & ~allowed_mode(role).value_or(07777U)) != 0;
    });
}

/// Who may write a folder can replace what is in it, but not in one with the sticky bit.
bool others_replace(const FileFacts& folder) {
    return (folder.mode & kOthersWrite) != 0 && (folder.mode & kSticky) == 0;
}

/// Is one of the lines, without what is around it, one of `wanted`?
bool has_line(std::string_view text, std::initializer_list<std::string_view> wanted) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = service::trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (std::ranges::find(wanted, line) != wanted.end()) return true;
    }
    return false;
}

bool is_env_file(std::string_view name) {
    const std::string_view base = name.substr(name.rfind('/') + 1);
    if (base == ".env.example" || base == ".env.sample" || base == ".env.template") return false;
    return base == ".env" || base.starts_with(".env.");
}

Outcome judge_tracked(const Subject& subject, bool private_keys) {
    if (!subject.repository.tracked) return skipped("no repository");
    std::vector<SecretHit> hits;
    std::ranges::copy_if(subject.repository.secrets, std::back_inserter(hits),
                         [private_keys](const SecretHit& hit) {
                             return (hit.kind == SecretKind::private_key) == private_keys;
                         });
    return found_if(describe_hits(hits));
}

}  // namespace

Outcome files_config_writable(const Subject& subject) {
    return judge_files(subject, FileRole::config, [](const FileFacts& file) {
        return (file.mode & kGroupOrOthersWrite) != 0;
    });
}

Outcome files_config_readable(const Subject& subject) {
    return judge_files(subject, FileRole::config, [](const FileFacts& file) {
        return (file.mode & kOthers & ~kOthersWrite) != 0;
    });
}

Outcome files_config_owner(const Subject& subject) {
    for (const FileFacts& file : subject.files) {
        if (file.role != FileRole::config) continue;
        if (file.owner == 0 || file.owner == subject.machine.user_id) return fine();
        return found(platform::printable(file.path) + " belongs to user " +
                     std::to_string(file.owner));
    }
    return skipped("there is none");
}

Outcome files_config_folder(const Subject& subject) {
    return judge_files(subject, FileRole::config_folder, others_replace);
}

Outcome files_env_mode(const Subject& subject) { return judge_modes(subject, FileRole::env_file); }

Outcome files_keys_mode(const Subject& subject) { return judge_modes(subject, FileRole::keys); }

Outcome files_jwt_keys_mode(const Subject& subject) {
    return judge_modes(subject, FileRole::jwt_keys);
}

Outcome files_secret_mode(const Subject& subject) { return judge_modes(subject, FileRole::secret); }

Outcome files_log_mode(const Subject& subject) { return judge_modes(subject, FileRole::log); }

Outcome files_log_folder_mode(const Subject& subject) {
    return judge_modes(subject, FileRole::log_folder);
}

Outcome files_keys_folder(const Subject& subject) {
    return judge_files(subject, FileRole::keys_folder, others_replace);
}

Outcome files_worker_program(const Subject& subject) {
    return judge_files(subject, FileRole::worker,
                       [](const FileFacts& file) { return (file.mode & kOthersWrite) != 0; });
}

Outcome files_keeper_program(const Subject& subject) {
    if (std::ranges::find(subject.files, FileRole::keeper, &FileFacts::role) ==
        subject.files.end()) {
        return found("limpid-keeper is not there");
    }
    return judge_files(subject, FileRole::keeper,
                       [](const FileFacts& file) { return (file.mode & kOthersWrite) != 0; });
}

Outcome files_backups(const Subject& subject) {
    if (subject.config.path.empty()) return skipped("no --config");
    return found_if(listed(subject.repository.backups));
}

Outcome files_env_tracked(const Subject& subject) {
    if (!subject.repository.tracked) return skipped("no repository");
    std::vector<std::string> kept;
    for (const std::string& name : *subject.repository.tracked) {
        if (is_env_file(name)) kept.push_back(platform::printable(name));
    }
    return found_if(listed(kept));
}

Outcome files_env_ignored(const Subject& subject) {
    if (!subject.repository.tracked) return skipped("no repository");
    if (!subject.repository.git_ignore) return found("there is no .gitignore");
    const bool named = has_line(*subject.repository.git_ignore,
                                {".env", "/.env", "**/.env", ".env*", ".env.*", "*.env"});
    return named ? fine() : found(".gitignore does not name it");
}

Outcome files_docker_ignore(const Subject& subject) {
    if (!subject.repository.has_dockerfile) return skipped("no Dockerfile");
    if (!subject.repository.docker_ignore) return found("there is no .dockerignore");
    const std::string& text = *subject.repository.docker_ignore;
    if (has_line(text, {"*", "**"})) return fine();
    std::vector<std::string> missing;
    if (!has_line(text, {".git", "/.git", "**/.git", ".git/"})) missing.emplace_back(".git");
    if (!has_line(text, {"**/.env", "**/.env*", "**/*.env"})) missing.emplace_back("**/.env");
    return found_if(listed(missing));
}

Outcome files_secrets_in_config(const Subject& subject) {
    if (subject.config.path.empty()) return skipped("no --config");
    return found_if(describe_hits(subject.config.secrets));
}

Outcome files_secrets_tracked(const Subject& subject) { return judge_tracked(subject, false); }

Outcome files_private_keys_tracked(const Subject& subject) { return judge_tracked(subject, true); }

}  // namespace limpid::doctor
