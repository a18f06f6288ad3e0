#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "limpid/error.hpp"
#include "service/http_message.hpp"

namespace limpid::service::outbound {

/// What is asked of another server.
struct Request {
    std::string method = "GET";
    /// Absolute; http or https.
    std::string url;
    std::vector<HeaderField> fields;
    std::string body;
    /// For everything from the resolution of its name to the last byte of its answer.
    std::chrono::milliseconds timeout{10'000};
    /// A longer answer is an error.
    std::size_t max_body_bytes = 1'048'576;
};

/// What it answered, whatever the status. Redirects are answers, and not followed.
struct Reply {
    int status = 0;
    std::vector<HeaderField> fields;
    std::string body;
};

/// Calls other servers, as far as the operator allows: hosts by name, addresses by
/// security::check_outbound(), and connects to the very address that was checked.
class Client {
public:
    Client() = default;
    virtual ~Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    using Answered = std::move_only_function<void(Result<Reply>)>;

    /// `answered` is called later, on the thread of the service; never when the client was
    /// destroyed meanwhile. @return through it: network.forbidden_address, outbound.failed, whose
    /// detail is for the operator.
    virtual void async_send(Request request, Answered answered) = 0;
};

}  // namespace limpid::service::outbound
