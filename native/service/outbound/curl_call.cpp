#include "service/outbound/curl_call.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include "limpid/version.hpp"
#include "service/outbound/curl_client.hpp"
#include "service/text.hpp"

namespace limpid::service::outbound {
namespace {

constexpr std::size_t kMaxFields = 64;

std::optional<security::IpAddress> address_of(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return security::IpAddress::v4(bytes);
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return security::IpAddress::v6(bytes);
    }
    return std::nullopt;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

}  // namespace

bool is_sendable(const Request& request) {
    return is_token(request.method) && request.fields.size() <= kMaxFields &&
           std::ranges::all_of(request.fields, [](const HeaderField& field) {
               return is_token(field.name) &&
                      field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
           });
}

curl_socket_t CurlCall::open_socket(void* call, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<CurlCall*>(call);
    const auto found = address_of(address->addr);
    const Status status = found ? self.rules.check_address(*found)
                                : Status(fail(ErrorCode::network_forbidden_address, "its family"));
    if (!status) {
        self.refusal = status.error();
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool CurlCall::take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || reply.fields.size() == kMaxFields) return false;
    reply.fields.push_back({std::string(trimmed(line.substr(0, colon))),
                            std::string(trimmed(line.substr(colon + 1)))});
    return true;
}

std::size_t CurlCall::take_head(char* data, std::size_t size, std::size_t count, void* call) {
    auto& self = *static_cast<CurlCall*>(call);
    const std::size_t bytes = size * count;
    std::string_view line(data, bytes);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    self.head_bytes += bytes;
    if (self.head_ended) return bytes;
    bool taken = self.head_bytes <= CurlClient::kMaxHeadBytes;
    if (taken && line.empty()) {
        long status = 0;
        curl_easy_getinfo(self.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        self.head_ended = status >= 200;
    } else if (taken && line.starts_with("HTTP/")) {
        self.reply.fields.clear();
    } else if (taken) {
        taken = self.take_field(line);
    }
    if (taken) return bytes;
    self.refusal = Error(ErrorCode::outbound_failed, "the head of its answer is too large");
    return 0;
}

std::size_t CurlCall::take_body(char* data, std::size_t size, std::size_t count, void* call) {
    auto& self = *static_cast<CurlCall*>(call);
    const std::size_t bytes = size * count;
    if (bytes > self.request.max_body_bytes - self.reply.body.size()) {
        self.refusal = Error(
            ErrorCode::outbound_failed,
            "its answer has more than " + std::to_string(self.request.max_body_bytes) + " bytes");
        return 0;
    }
    self.reply.body.append(data, bytes);
    return bytes;
}

bool CurlCall::prepare(const std::string& ca_file) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    easy.reset(curl_easy_init());
    if (!easy || left.count() <= 0) return false;
    bool fine = true;
    const auto set = [&](CURLoption option, auto value) {
        fine = curl_easy_setopt(easy.get(), option, value) == CURLE_OK && fine;
    };
    const auto add = [&](const std::string& line) {
        curl_slist* const longer = curl_slist_append(fields.get(), line.c_str());
        if (longer == nullptr) return void(fine = false);
        static_cast<void>(fields.release());
        fields.reset(longer);
    };
    set(CURLOPT_CURLU, url.handle());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    // Without these two libcurl looks for proxies in the environment.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_USERAGENT, "limpidd/" LIMPID_VERSION_STRING);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left.count()));
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_OPENSOCKETFUNCTION, &CurlCall::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_HEADERFUNCTION, &CurlCall::take_head);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlCall::take_body);
    set(CURLOPT_WRITEDATA, this);
    if (!ca_file.empty()) {
        set(CURLOPT_CAINFO, ca_file.c_str());
        // Otherwise the system's are trusted as well.
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET" || !request.body.empty()) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.data());
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        add("Expect:");
    }
    for (const HeaderField& field : request.fields) {
        // With a colon and nothing behind it a header would be left out.
        add(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
    }
    set(CURLOPT_HTTPHEADER, fields.get());
    return fine;
}

Result<Reply> CurlCall::result(CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
        reply.status = static_cast<int>(status);
        return std::move(reply);
    }
    const std::string place = url.origin() + ": ";
    if (refusal) return fail(refusal->id(), place + refusal->found());
    return fail(ErrorCode::outbound_failed, place + curl_easy_strerror(code));
}

}  // namespace limpid::service::outbound
