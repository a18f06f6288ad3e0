#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/choices.hpp"
#include "cli/security/commands.hpp"
#include "cli/security/license_commands.hpp"
#include "cli/security/license_options.hpp"
#include "cli/security/moment.hpp"
#include "cli/security/output_option.hpp"
#include "cli/security/references.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/license_activation.hpp"
#include "limpid/security/license_issue.hpp"
#include "platform/clock.hpp"
#include "platform/random_source.hpp"
#include "platform/read_secret.hpp"

namespace limpid::cli {
namespace {

using security::License;

struct IssueArguments {
    std::string request = {};
    License terms = {};
    std::optional<security::UnixSeconds> not_before = {};
    SigningKeyOption key = {};
    OutputOption output = {.privacy = Privacy::secret};
};

/// A random GUID (RFC 9562 section 5.4).
std::string new_guid() {
    std::array<std::byte, 16> bytes{};
    platform::SystemRandom().fill(bytes);
    bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    std::string text = security::encode_hex(bytes);
    for (const std::size_t hyphen : {8U, 13U, 18U, 23U}) text.insert(hyphen, 1, '-');
    return text;
}

Result<License> terms_of(const IssueArguments& arguments) {
    License terms = arguments.terms;
    terms.issued_at = platform::wall_clock();
    terms.not_before = arguments.not_before.value_or(terms.issued_at);
    if (terms.expires_at && *terms.expires_at <= terms.not_before) {
        return fail(ErrorCode::usage_invalid, "the licence ends before it begins");
    }
    return terms;
}

Result<std::string> issue_for_site(License terms, const security::SigningKey& issuer) {
    if (terms.product.empty()) {
        return fail(ErrorCode::usage_invalid, "--product is required without a request");
    }
    if (terms.id.empty()) terms.id = new_guid();
    return security::issue_license(terms, issuer);
}

Result<std::string> issue_for_machine(const IssueArguments& arguments, License terms,
                                      const security::SigningKey& issuer) {
    const auto text = platform::read_secret(arguments.request);
    if (!text) return std::unexpected(text.error());
    const auto request = security::read_activation_request(text->expose_text());
    if (!request) return std::unexpected(request.error());
    if (terms.id.empty()) terms.id = request->license_id;
    if (terms.product.empty()) terms.product = request->product;
    return security::issue_activation(*request, std::move(terms), issuer);
}

Status run(const IssueArguments& arguments) {
    if (Status status = check_standard_input_once(
            {arguments.request, arguments.key.reference, arguments.key.password_reference});
        !status) {
        return status;
    }
    if (Status status = check_output(arguments.output); !status) return status;
    auto terms = terms_of(arguments);
    if (!terms) return std::unexpected(terms.error());
    const auto issuer = read_signing_key(arguments.key);
    if (!issuer) return std::unexpected(issuer.error());
    const auto text = arguments.request.empty()
                          ? issue_for_site(std::move(*terms), *issuer)
                          : issue_for_machine(arguments, std::move(*terms), *issuer);
    if (!text) return std::unexpected(text.error());
    return write_output(arguments.output, *text + "\n");
}

void add_subject(CLI::App& command, License& terms) {
    add_license_id(command, terms.id,
                   "name of the licence; a renewal keeps it\n[the request's, or a new one]", false);
    add_value(command,
              {.names = "--product",
               .value_name = "NAME",
               .help = "what is licensed, letters, digits, _ and -\n[the request's]",
               .group = "Licence"},
              [&terms](const std::string& text) { terms.product = text; });
    add_value(command,
              {.names = "--licensee",
               .value_name = "TEXT",
               .help = "to whom, up to 256 bytes",
               .group = "Licence"},
              [&terms](const std::string& text) { terms.licensee = text; });
    add_value(command,
              {.names = "--feature",
               .value_name = "NAME",
               .help = "what may be used; repeatable",
               .group = "Licence",
               .repeatable = true},
              [&terms](const std::string& text) { terms.features.push_back(text); });
    add_value(command,
              {.names = "--max-instances",
               .value_name = "N",
               .help = "how many may run at once; 0 is any number",
               .group = "Licence",
               .default_text = "0"},
              [&terms](const std::string& text) {
                  constexpr int kMost = 1'000'000;
                  terms.max_instances =
                      static_cast<std::uint32_t>(parse_integer("--max-instances", text, 0, kMost));
              });
}

void add_time(CLI::App& command, IssueArguments& arguments) {
    add_value(command,
              {.names = "--not-before",
               .value_name = "WHEN",
               .help = "when it begins [now]:\n" + std::string(kMomentForms),
               .group = "Licence"},
              [&arguments](const std::string& text) {
                  arguments.not_before = parse_moment("--not-before", text);
              });
    add_value(command,
              {.names = "--expires",
               .value_name = "WHEN",
               .help = "when it ends [never]; the grace days follow",
               .group = "Licence"},
              [&arguments](const std::string& text) {
                  arguments.terms.expires_at = parse_moment("--expires", text);
              });
    add_value(command,
              {.names = "--grace-days",
               .value_name = "N",
               .help = "days it still works after its end, 0 to 3650",
               .group = "Licence",
               .default_text = std::to_string(License::kDefaultGraceDays)},
              [&arguments](const std::string& text) {
                  arguments.terms.grace_days = parse_integer("--grace-days", text, 0, 3650);
              });
}

}  // namespace

Command add_license_issue(CLI::App& family) {
    CLI::App& command = add_command(family, "issue", "sign a licence, for a site or for a request");
    auto arguments = std::make_shared<IssueArguments>();
    add_optional_argument(command, "REQUEST", arguments->request,
                          "what license request wrote, or - for standard input;\n"
                          "without it the licence is for any machine");
    add_subject(command, arguments->terms);
    add_time(command, *arguments);
    add_signing_key(command, arguments->key, "--key", true);
    add_output(command, arguments->output, "file to write, mode 0600, or - for standard output",
               "-");
    add_exit_codes(command);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
