#include "service/log.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "platform/clock.hpp"
#include "platform/printable.hpp"

namespace limpid::service {
namespace {

nlohmann::json record(std::string_view stream) {
    return {{"time", platform::utc_timestamp()}, {"stream", std::string(stream)}};
}

// A secret has as many characters or more; the id of a job has as many hexadecimal digits.
constexpr std::size_t kSecretLength = 32;

bool is_of_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("_-+=%").contains(c);
}

bool may_be_secret(std::string_view word) {
    const bool is_id = word.size() == kSecretLength &&
                       word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return word.size() >= kSecretLength && !is_id;
}

/// What a client sends may be a secret that the keeper has and this process does not know: in a
/// path or a query no long word is logged.
std::string without_long_words(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const auto end = std::ranges::find_if_not(text, is_of_word);
        const auto length = static_cast<std::size_t>(end - text.begin());
        const std::string_view word = text.substr(0, length);
        kept += may_be_secret(word) ? std::string_view("[long]") : word;
        text.remove_prefix(length);
        if (text.empty()) break;
        kept += text.front();
        text.remove_prefix(1);
    }
    return kept;
}

std::string dump(const nlohmann::json& line) {
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<Log> Log::to_file(const std::string& path) {
    Log log;
    log.file_ = platform::FileDescriptor(
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!log.file_.valid()) {
        return fail(ErrorCode::io_unwritable, platform::describe_errno(path, errno));
    }
    return log;
}

void Log::access(const AccessEntry& entry) {
    nlohmann::json line = record("access");
    line["request_id"] = entry.trace.request_id;
    line["trace_id"] = entry.trace.trace_id;
    line["client"] = to_string(entry.client);
    line["method"] = platform::printable(entry.head.method);
    line["path"] =
        without_long_words(security::redact_url(platform::printable(entry.path), secrets_));
    line["query"] =
        without_long_words(security::redact_query(platform::printable(entry.head.query), secrets_));
    line["status"] = entry.status;
    line["bytes_in"] = entry.bytes_in;
    line["bytes_out"] = entry.bytes_out;
    line["duration_us"] = entry.duration_us;
    if (!entry.principal.empty()) line["principal"] = std::string(entry.principal);
    if (!entry.error_code.empty()) line["error_code"] = std::string(entry.error_code);
    write(dump(line));
}

void Log::error(const Error& error, std::string_view request_id) {
    nlohmann::json line = record("error");
    if (!request_id.empty()) line["request_id"] = std::string(request_id);
    line["error_code"] = std::string(error.code());
    line["message"] = security::redact_text(error.message(), secrets_);
    write(dump(line));
}

void Log::job(const JobEntry& entry) {
    nlohmann::json line = record("jobs");
    line["request_id"] = std::string(entry.request_id);
    line["job"] = std::string(entry.id);
    line["status"] = std::string(entry.status);
    line["attempts"] = entry.attempts;
    line["bytes_out"] = entry.bytes_out;
    line["duration_ms"] = entry.duration_ms;
    if (!entry.principal.empty()) line["principal"] = std::string(entry.principal);
    if (!entry.error_code.empty()) line["error_code"] = std::string(entry.error_code);
    write(dump(line));
}

void Log::event(std::string_view name, std::string_view detail) {
    nlohmann::json line = record("service");
    line["event"] = std::string(name);
    if (!detail.empty()) line["detail"] = security::redact_text(detail, secrets_);
    write(dump(line));
}

void Log::write(std::string line) {
    line = secrets_.redact(line) + "\n";
    const int fd = file_.valid() ? file_.get() : STDERR_FILENO;
    // One write a line, so that lines of two processes do not mix. A full disk must not stop the
    // service.
    [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
}

}  // namespace limpid::service
