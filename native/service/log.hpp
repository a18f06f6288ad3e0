#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/redact.hpp"
#include "platform/file_descriptor.hpp"
#include "service/http_message.hpp"
#include "service/trace_context.hpp"

namespace limpid::service {

/// What an access line says of a request. No picture, no file name, no header but these.
struct AccessEntry {
    const RequestHead& head;
    const TraceContext& trace;
    security::IpAddress client;
    /// The path, or what may be told of it.
    std::string_view path;
    /// Public id of the credential; empty without one.
    std::string_view principal;
    int status = 0;
    /// The error's code; empty for none.
    std::string_view error_code;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::int64_t duration_us = 0;
};

/// What a line says of a job that has ended. No picture, no file name, nothing of the request.
struct JobEntry {
    std::string_view id;
    /// Of the request that made it: joins the line with that one's.
    std::string_view request_id;
    /// Public id of the credential; empty without one.
    std::string_view principal;
    std::string_view status;
    /// The error's code; empty for none.
    std::string_view error_code;
    std::int64_t attempts = 0;
    std::int64_t bytes_out = 0;
    /// From its arrival to its end.
    std::int64_t duration_ms = 0;
};

/// Lines of JSON, one a record, in which secrets are replaced. Not thread-safe.
class Log {
public:
    /// To standard error.
    Log() noexcept = default;
    /// To the end of a file, which is made with mode 0640. @return io.unwritable.
    [[nodiscard]] static Result<Log> to_file(const std::string& path);

    /// Never write this value, in whatever form. @return as RedactionSet::add().
    [[nodiscard]] Status hide(const security::Secret& secret) { return secrets_.add(secret); }

    /// A line of the stream "access".
    void access(const AccessEntry& entry);
    /// A line of the stream "error": everything about it, for operators.
    void error(const Error& error, std::string_view request_id);
    /// A line of the stream "jobs": a job has ended.
    void job(const JobEntry& entry);
    /// A line of the stream "service": something happened that is no error.
    void event(std::string_view name, std::string_view detail = {});

private:
    void write(std::string line);

    security::RedactionSet secrets_;
    platform::FileDescriptor file_;
};

}  // namespace limpid::service
