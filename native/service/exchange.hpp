#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/authenticator.hpp"
#include "service/http_message.hpp"
#include "service/memory_budget.hpp"
#include "service/trace_context.hpp"

namespace limpid::service {

struct Route;

/// One request on its way through the service.
struct Exchange {
    RequestHead head;
    /// Empty until it was read; then for as long as the exchange lives.
    std::string body;
    /// What `body` takes of the memory that all bodies have together.
    MemoryBudget::Share body_share;
    TraceContext trace;
    /// Who is behind the proxies that are trusted.
    security::IpAddress client;
    Principal principal;
    /// Null: none was found.
    const Route* route = nullptr;
    /// worker::JobId of what a worker does for it and nobody else waits for; 0: nothing.
    std::uint64_t job = 0;
    /// What stands for `{id}` in the route; empty for a route without.
    std::string path_id;
    /// For the response, whichever it is: limits, CORS.
    std::vector<HeaderField> fields;
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    /// Has the client gone? Then nothing more need be done for it.
    bool abandoned = false;
    /// The code of the error it ended in; empty for none.
    std::string_view error_code;

    [[nodiscard]] std::span<const std::byte> body_bytes() const noexcept {
        return std::as_bytes(std::span(body));
    }

    /// Give the body's memory back.
    void drop_body() noexcept {
        std::string().swap(body);
        body_share.release();
    }
};

/// Takes the response to an exchange, once.
using Answer = std::move_only_function<void(Response)>;

}  // namespace limpid::service
