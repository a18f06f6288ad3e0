#include "service/audit_command.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "audit/verifier.hpp"
#include "limpid/digest.hpp"
#include "limpid/security/json.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/settings_sources.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kAudit = "audit";

/// Which records are wanted; empty texts want all.
struct RecordFilter {
    std::string since;
    std::string until;
    std::string event;
    std::string principal;
    std::string request_id;

    [[nodiscard]] bool wants(const audit::Record& record) const {
        const auto fits = [](const std::string& wanted, const std::string& found) {
            return wanted.empty() || wanted == found;
        };
        // Texts of one form: they sort as the moments do.
        return record.time >= since && (until.empty() || record.time < until) &&
               fits(event, record.event.name) && fits(principal, record.event.principal) &&
               fits(request_id, record.event.request_id);
    }
};

/// Is it the beginning of a moment as records write it: a date, or a date and a time?
bool is_moment(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00T00:00:00.000";
    if (text.size() < std::string_view("0000-00-00").size() || text.size() > kForm.size()) {
        return false;
    }
    return std::ranges::equal(text, kForm.substr(0, text.size()), [](char c, char form) {
        return form == '0' ? c >= '0' && c <= '9' : c == form;
    });
}

Result<std::string> moment_of(const Options& options, std::string_view name) {
    std::string text = option_text(options, name);
    if (text.ends_with('Z')) text.pop_back();
    if (text.empty() || is_moment(text)) return text;
    return wrong_usage(kAudit, "--" + std::string(name) +
                                   " is a date or moment in UTC, as 2026-01-31 or "
                                   "2026-01-31T09:05:00Z");
}

Result<RecordFilter> filter_of(const Options& options) {
    auto since = moment_of(options, "since");
    if (!since) return std::unexpected(std::move(since).error());
    auto until = moment_of(options, "until");
    if (!until) return std::unexpected(std::move(until).error());
    return RecordFilter{.since = *std::move(since),
                        .until = *std::move(until),
                        .event = option_text(options, "event"),
                        .principal = option_text(options, "principal"),
                        .request_id = option_text(options, "request-id")};
}

/// Reads the log that the options name.
class LogReading {
public:
    [[nodiscard]] static Result<LogReading> make(const Options& options) {
        platform::SystemSecretReader reader;
        platform::SystemRandom random;
        LogReading reading(options.at("file"));
        auto key = resolve("audit_key", option_text(options, "key"), reader, random);
        if (!key) return std::unexpected(std::move(key).error());
        reading.key_ = *std::move(key);
        return reading;
    }

    [[nodiscard]] Result<audit::VerifiedLog> run(const audit::Visit& visit) const {
        const auto chain = audit::Chain::make(key_ ? &*key_ : nullptr);
        if (!chain) return std::unexpected(chain.error());
        return audit::verify_log(file_, *chain, visit);
    }

    [[nodiscard]] bool has_key() const noexcept { return key_.has_value(); }

private:
    explicit LogReading(std::string file) : file_(std::move(file)) {}
    std::string file_;
    std::optional<security::Secret> key_;
};

Status run_verify(const LogReading& reading) {
    const auto log = reading.run({});
    if (!log) return std::unexpected(log.error());
    const audit::LogState& state = log->state;
    std::string text =
        "ok: log " + platform::printable(state.log_id) + ", " + std::to_string(state.records) +
        " records (" + std::to_string(state.first_seq) + " to " + std::to_string(state.last_seq) +
        ") in " + std::to_string(log->files) + " files, " + platform::printable(state.first_time) +
        " to " + platform::printable(state.last_time) + "\n";
    text += reading.has_key() ? "chained with a key\n" : "chained without a key\n";
    if (state.pruned_before > 1) {
        text += "records before " + std::to_string(state.pruned_before) +
                " were removed by the retention\n";
    }
    if (state.torn_lines > 0) {
        text += "crashes left " + std::to_string(state.torn_lines) + " unfinished lines\n";
    }
    if (log->torn_bytes > 0) {
        text += "the end has " + std::to_string(log->torn_bytes) + " bytes of an unfinished line\n";
    }
    return platform::print(text);
}

Status run_query(const RecordFilter& filter, const LogReading& reading) {
    const auto log = reading.run([&](const audit::Record& record, std::string_view line) -> Status {
        if (!filter.wants(record)) return {};
        return platform::print(std::string(line) + "\n");
    });
    return log ? Status() : std::unexpected(log.error());
}

std::string proof_json(const audit::VerifiedLog& log) {
    const audit::LogState& state = log.state;
    const auto text = [](std::string_view value) { return security::canonical_string(value); };
    std::string out = R"({"first_chain":)" + text(to_hex(state.first_chain));
    out += R"(,"first_seq":)" + std::to_string(state.first_seq);
    out += R"(,"former_chain":)" + text(to_hex(state.former_chain));
    if (log.head) out += R"(,"head_seq":)" + std::to_string(log.head->seq);
    out += R"(,"last_chain":)" + text(to_hex(state.last_chain));
    out += R"(,"last_seq":)" + std::to_string(state.last_seq);
    return out + R"(,"log_id":)" + text(state.log_id) + "}";
}

/// The records and what proves them, as one JSON object; nothing when the log is broken.
Status run_export(const RecordFilter& filter, const LogReading& reading) {
    const auto log = reading.run({});
    if (!log) return std::unexpected(log.error());
    if (Status status = platform::print(R"({"proof":)" + proof_json(*log) + R"(,"records":[)");
        !status) {
        return status;
    }
    std::string_view separator = "\n";
    const auto again =
        reading.run([&](const audit::Record& record, std::string_view line) -> Status {
            // What came since the proof was made is not covered by it.
            if (!filter.wants(record) || record.seq > log->state.last_seq) return {};
            const std::string text = std::string(std::exchange(separator, ",\n")).append(line);
            return platform::print(text);
        });
    if (!again) return std::unexpected(again.error());
    return platform::print("\n]}\n");
}

}  // namespace

Status run_audit_command(std::span<const char* const> arguments) {
    constexpr std::string_view kVerifyOptions[] = {"file", "key"};
    constexpr std::string_view kFilterOptions[] = {"file",  "key",       "since",     "until",
                                                   "event", "principal", "request-id"};
    const std::string_view command = arguments.empty() ? "" : arguments.front();
    if (command != "verify" && command != "query" && command != "export") {
        return wrong_usage(kAudit, "expected verify, query or export");
    }
    const bool filters = command != "verify";
    const auto rest = arguments.subspan(1);
    const auto options = filters ? read_options(kAudit, rest, kFilterOptions)
                                 : read_options(kAudit, rest, kVerifyOptions);
    if (!options) return std::unexpected(options.error());
    const auto filter = filter_of(*options);
    if (!filter) return std::unexpected(filter.error());
    const auto reading = LogReading::make(*options);
    if (!reading) return std::unexpected(reading.error());
    if (!filters) return run_verify(*reading);
    return command == "query" ? run_query(*filter, *reading) : run_export(*filter, *reading);
}

}  // namespace limpid::service
