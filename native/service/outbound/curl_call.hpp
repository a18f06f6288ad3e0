#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include "limpid/error.hpp"
#include "service/outbound/client.hpp"
#include "service/outbound/host_rules.hpp"
#include "service/outbound/url.hpp"

namespace limpid::service::outbound {

/// Can it be sent as it is? No line of its own can be smuggled into its head.
[[nodiscard]] bool is_sendable(const Request& request);

/// One request on its way. What libcurl calls back with points here.
struct CurlCall {
    using Clock = std::chrono::steady_clock;
    struct FreeEasy {
        void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };

    CurlCall(Request asked, Url to, Client::Answered then, const HostRules& allowed)
        : request(std::move(asked)),
          url(std::move(to)),
          answered(std::move(then)),
          rules(allowed),
          deadline(Clock::now() + request.timeout) {}

    /// Called by libcurl, with the call as the last argument or the first.
    static curl_socket_t open_socket(void* call, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t take_head(char* data, std::size_t size, std::size_t count, void* call);
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* call);
    /// Make everything ready. @return false: there is no time or no memory left.
    [[nodiscard]] bool prepare(const std::string& ca_file);
    /// What became of it. Once.
    [[nodiscard]] Result<Reply> result(CURLcode code);
    [[nodiscard]] bool take_field(std::string_view line);

    Request request;
    Url url;
    Client::Answered answered;
    const HostRules& rules;
    Clock::time_point deadline;
    std::unique_ptr<CURL, FreeEasy> easy;
    std::unique_ptr<curl_slist, FreeList> fields;
    Reply reply;
    std::size_t head_bytes = 0;
    /// Of the last head: interim ones are forgotten, and trailers are not looked at.
    bool head_ended = false;
    /// Why it was ended from here.
    std::optional<Error> refusal;
};

}  // namespace limpid::service::outbound
