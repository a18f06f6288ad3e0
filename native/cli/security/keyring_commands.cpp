#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/choices.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/findings.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/seal.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

using security::Keyring;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kDefaultOverlapDays = 30;

struct KeyringArguments {
    CommonOptions& common;
    std::string reference = {};
    std::string target_reference = {};
    std::string id = {};
    std::int64_t overlap_s = kDefaultOverlapDays * kDay;
    std::string purpose = "file";
    std::vector<std::string> records = {};
    OutputOption output = {.privacy = Privacy::secret};
};
using Arguments = std::shared_ptr<KeyringArguments>;

/// The id that was given, or a new one.
std::string id_of(const KeyringArguments& arguments) {
    if (!arguments.id.empty()) return arguments.id;
    std::array<std::byte, 4> bytes{};
    platform::SystemRandom().fill(bytes);
    return "k" + security::encode_hex(bytes);
}

Status create(const KeyringArguments& arguments) {
    if (Status status = check_output(arguments.output); !status) return status;
    platform::SystemRandom random;
    const auto ring = Keyring::create(id_of(arguments), platform::wall_clock(), random);
    if (!ring) return std::unexpected(ring.error());
    const auto text = ring->to_secret();
    if (!text) return std::unexpected(text.error());
    return write_output(arguments.output, text->expose());
}

Status rotate(const KeyringArguments& arguments) {
    const auto reference = security::parse_secret_reference(arguments.reference);
    if (!reference) return std::unexpected(reference.error());
    if (reference->scheme != security::ReferenceScheme::file) {
        return fail(ErrorCode::usage_invalid, "--keyring must be file:PATH to be written back");
    }
    auto ring = read_keyring(arguments.reference);
    if (!ring) return std::unexpected(ring.error());
    platform::SystemRandom random;
    if (Status status =
            ring->rotate(id_of(arguments), platform::wall_clock(), arguments.overlap_s, random);
        !status) {
        return status;
    }
    const auto text = ring->to_secret();
    if (!text) return std::unexpected(text.error());
    return platform::write_file(reference->target, text->expose(),
                                {.mode = platform::kPrivateMode});
}

nlohmann::json describe(const security::KeyInfo& key) {
    return {{"id", key.id},
            {"created_at", to_rfc3339(key.created_at)},
            {"valid_until", key.valid_until ? nlohmann::json(to_rfc3339(*key.valid_until))
                                            : nlohmann::json(nullptr)}};
}

Status list(const KeyringArguments& arguments) {
    const auto ring = read_keyring(arguments.reference);
    if (!ring) return std::unexpected(ring.error());
    if (arguments.common.json) {
        Findings found;
        nlohmann::json keys = nlohmann::json::array();
        for (const security::KeyInfo& key : ring->keys()) keys.push_back(describe(key));
        found.add("keys", std::move(keys));
        found.add("primary", std::string(ring->primary_id()));
        return found.print(true);
    }
    std::string text;
    for (const security::KeyInfo& key : ring->keys()) {
        text += key.id + "  made " + to_rfc3339(key.created_at) +
                (key.valid_until ? "  opens until " + to_rfc3339(*key.valid_until)
                                 : "  seals and opens") +
                "\n";
    }
    return platform::print(text);
}

struct RecordFile {
    std::string name;
    std::string path;
};

Result<RecordFile> parse_record(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        return fail(ErrorCode::usage_invalid,
                    "'" + platform::printable(text) + "' is no NAME=FILE");
    }
    return RecordFile{text.substr(0, equals), text.substr(equals + 1)};
}

Result<security::SealedRecord> read_record(const RecordFile& file) {
    constexpr std::uint64_t kMaxBytes = 2 * security::Secret::kMaxBytes;
    const auto bytes =
        platform::read_file(file.path, {kMaxBytes, "the largest", ErrorCode::sealed_malformed});
    if (!bytes) return std::unexpected(bytes.error());
    std::string sealed(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (sealed.ends_with('\n')) sealed.pop_back();
    return security::SealedRecord{file.name, std::move(sealed)};
}

/// All records are sealed anew before the first file is written; every file is replaced in one
/// step. Interrupted in between, some are sealed under the old key and some under the new one: run
/// it again.
Status rekey(const KeyringArguments& arguments) {
    const auto from = read_keyring(arguments.reference);
    if (!from) return std::unexpected(from.error());
    const bool other = !arguments.target_reference.empty();
    const auto to = other ? read_keyring(arguments.target_reference) : Result<Keyring>(Keyring());
    if (!to) return std::unexpected(to.error());
    std::vector<RecordFile> files;
    std::vector<security::SealedRecord> records;
    for (const std::string& text : arguments.records) {
        const auto file = parse_record(text);
        if (!file) return std::unexpected(file.error());
        auto record = read_record(*file);
        if (!record) return std::unexpected(record.error());
        files.push_back(*file);
        records.push_back(std::move(*record));
    }
    platform::SystemRandom random;
    const Keyring& target = other ? *to : *from;
    const auto sealed = security::rekey(*from, target, arguments.purpose, records, random);
    if (!sealed) return std::unexpected(sealed.error());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string text = (*sealed)[i].sealed + "\n";
        if (Status status = platform::write_file(files[i].path, security::as_bytes(text));
            !status) {
            return status;
        }
    }
    return platform::print(std::to_string(files.size()) + " sealed anew under " +
                           std::string(target.primary_id()) + "\n");
}

void add_keyring(CLI::App& command, const Arguments& arguments) {
    add_reference(command,
                  {.names = "--keyring",
                   .help = "the keyring: file:PATH, env:NAME or fd:NUMBER",
                   .group = "Keys",
                   .required = true},
                  arguments->reference);
}

void add_id(CLI::App& command, const Arguments& arguments) {
    add_value(command,
              {.names = "--id",
               .value_name = "ID",
               .help = "name of the new key, letters, digits, _ and - [chance]",
               .group = "Keys"},
              [arguments](const std::string& text) { arguments->id = text; });
}

Command add_create(CLI::App& family, const Arguments& arguments) {
    CLI::App& command = add_command(family, "create", "make a keyring with one random key");
    add_id(command, arguments);
    add_required_output(command, arguments->output,
                        "file to write, mode 0600, or - for standard output");
    add_exit_codes(command);
    return {command, [arguments] { return create(*arguments); }};
}

Command add_rotate(CLI::App& family, const Arguments& arguments) {
    CLI::App& command =
        add_command(family, "rotate", "seal with a new key; the former opens for a while");
    add_keyring(command, arguments);
    add_id(command, arguments);
    add_value(command,
              {.names = "--overlap",
               .value_name = "TIME",
               .help = "how long the former key still opens: 30d, 12h",
               .group = "Keys",
               .default_text = std::to_string(kDefaultOverlapDays) + "d"},
              [arguments](const std::string& text) {
                  arguments->overlap_s = parse_duration("--overlap", text);
              });
    add_exit_codes(command);
    return {command, [arguments] { return rotate(*arguments); }};
}

Command add_list(CLI::App& family, const Arguments& arguments) {
    CLI::App& command = add_command(family, "list", "show ids and times of the keys");
    add_keyring(command, arguments);
    add_switch(command, "--json", arguments->common.json, "print a JSON object instead of words",
               "Output");
    add_exit_codes(command);
    return {command, [arguments] { return list(*arguments); }};
}

Command add_rekey(CLI::App& family, const Arguments& arguments) {
    CLI::App& command =
        add_command(family, "rekey", "seal files anew under the primary key, all or none");
    add_arguments(command, "RECORD", arguments->records,
                  "NAME=FILE: the name it was sealed under, and the file,\nwhich is replaced");
    add_keyring(command, arguments);
    add_reference(
        command,
        {.names = "--to", .help = "another keyring to seal with [the same]", .group = "Keys"},
        arguments->target_reference);
    add_value(command,
              {.names = "--purpose",
               .value_name = "TEXT",
               .help = "which kind of record, as for seal",
               .group = "Record",
               .default_text = arguments->purpose},
              [arguments](const std::string& text) { arguments->purpose = text; });
    add_exit_codes(command);
    return {command, [arguments] { return rekey(*arguments); }};
}

}  // namespace

std::vector<Command> add_keyring_commands(CLI::App& program, CommonOptions& common) {
    CLI::App& family = add_command_family(program, "keyring", "make and rotate the keys that seal",
                                          kSecurityCommands);
    auto arguments = std::make_shared<KeyringArguments>(KeyringArguments{.common = common});
    return {add_create(family, arguments), add_rotate(family, arguments),
            add_rekey(family, arguments), add_list(family, arguments)};
}

}  // namespace limpid::cli
