#include "doctor/http_client.hpp"

#include <exception>
#include <new>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http.hpp>

#include "limpid/security/network.hpp"
#include "platform/printable.hpp"

namespace limpid::doctor {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using ErrorValue = boost::system::error_code;

constexpr std::uint32_t kMaxHeadBytes = 32 * 1024;

/// Runs asynchronous operations one after the other, all of them within one deadline.
class TimedRun {
public:
    explicit TimedRun(std::chrono::milliseconds deadline)
        : end_(std::chrono::steady_clock::now() + deadline) {}

    [[nodiscard]] asio::io_context& context() noexcept { return context_; }

    /// @param start  starts an operation with the handler it is given.
    /// @param cancel  has it end early.
    template <class Start, class Cancel>
    [[nodiscard]] ErrorValue run(Start start, Cancel cancel) {
        std::optional<ErrorValue> result;
        start([&result](const ErrorValue& error, const auto&...) { result = error; });
        context_.restart();
        context_.run_until(end_);
        if (result) return *result;
        // What the handler writes to lives in this call: it must have run before the end.
        cancel();
        context_.restart();
        context_.run();
        return asio::error::timed_out;
    }

private:
    asio::io_context context_;
    std::chrono::steady_clock::time_point end_;
};

std::string text_from(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::unexpected<Error> unreachable(std::string_view step, const ErrorValue& error) {
    return fail(ErrorCode::service_unreachable,
                std::string(step) + ": " + platform::printable(error.message()));
}

Status connect(TimedRun& run, Tcp::socket& socket, const HttpUrl& url) {
    Tcp::resolver resolver(run.context());
    Tcp::resolver::results_type endpoints;
    ErrorValue error = run.run(
        [&](auto handler) {
            resolver.async_resolve(
                url.host, std::to_string(url.port), Tcp::resolver::numeric_service,
                [&endpoints, handler](const ErrorValue& failure, Tcp::resolver::results_type all) {
                    endpoints = std::move(all);
                    handler(failure);
                });
        },
        [&] { resolver.cancel(); });
    if (error) return unreachable("resolving " + url.host, error);
    error =
        run.run([&](auto handler) { asio::async_connect(socket, endpoints, std::move(handler)); },
                [&] { socket.close(); });
    if (error) return unreachable("connecting to " + url.authority(), error);
    return {};
}

http::request<http::empty_body> message_of(const HttpUrl& url, const HttpRequest& request) {
    http::request<http::empty_body> message;
    message.method_string(request.method);
    message.target(request.path);
    message.version(11);
    message.set(http::field::host, url.authority());
    message.set(http::field::user_agent, "limpid-doctor");
    message.set(http::field::connection, "close");
    for (const security::HeaderField& field : request.fields) message.set(field.name, field.value);
    if (request.announced_bytes) {
        message.set(http::field::content_length, std::to_string(*request.announced_bytes));
    } else if (request.method == "POST") {
        message.set(http::field::content_length, "0");
    }
    return message;
}

/// @param socket  below `stream`: closing it ends what is in progress.
template <class Stream>
Result<HttpReply> talk(TimedRun& run, Stream& stream, Tcp::socket& socket, const HttpUrl& url,
                       const HttpRequest& request, const HttpOptions& options) {
    const auto close = [&] { socket.close(); };
    const http::request<http::empty_body> message = message_of(url, request);
    ErrorValue error = run.run(
        [&](auto handler) { http::async_write(stream, message, std::move(handler)); }, close);
    if (error) return unreachable("sending", error);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.header_limit(kMaxHeadBytes);
    parser.body_limit(options.max_body_bytes);
    error = run.run(
        [&](auto handler) { http::async_read(stream, buffer, parser, std::move(handler)); }, close);
    // Many servers end TLS without saying so; a message that is whole is one.
    if (error && !parser.is_done()) return unreachable("reading", error);
    HttpReply reply;
    reply.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        reply.fields.push_back({text_from(field.name_string()), text_from(field.value())});
    }
    reply.body = std::move(parser.get().body());
    return reply;
}

Result<HttpReply> talk_tls(TimedRun& run, const HttpUrl& url, const HttpRequest& request,
                           const HttpOptions& options) {
    asio::ssl::context trust(asio::ssl::context::tls_client);
    trust.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    trust.set_verify_mode(asio::ssl::verify_peer);
    if (options.ca_file.empty()) {
        trust.set_default_verify_paths();
    } else {
        trust.load_verify_file(options.ca_file);
    }
    asio::ssl::stream<Tcp::socket> stream(run.context(), trust);
    stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
    // RFC 6066 section 3: names only, no addresses.
    if (!security::IpAddress::parse(url.host) &&
        SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()) != 1) {
        return fail(ErrorCode::memory_exhausted);
    }
    Tcp::socket& socket = stream.next_layer();
    if (Status status = connect(run, socket, url); !status) return std::unexpected(status.error());
    const ErrorValue error = run.run(
        [&](auto handler) {
            stream.async_handshake(asio::ssl::stream_base::client, std::move(handler));
        },
        [&] { socket.close(); });
    if (error) return unreachable("TLS", error);
    return talk(run, stream, socket, url, request, options);
}

Result<HttpReply> talk_plain(TimedRun& run, const HttpUrl& url, const HttpRequest& request,
                             const HttpOptions& options) {
    Tcp::socket socket(run.context());
    if (Status status = connect(run, socket, url); !status) return std::unexpected(status.error());
    return talk(run, socket, socket, url, request, options);
}

}  // namespace

Result<HttpReply> http_request(const HttpUrl& url, const HttpRequest& request,
                               const HttpOptions& options) {
    try {
        TimedRun run(options.deadline);
        return url.https ? talk_tls(run, url, request, options)
                         : talk_plain(run, url, request, options);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::memory_exhausted);
    } catch (const std::exception& error) {
        // Asio throws where a socket or the context of TLS cannot be made.
        return fail(ErrorCode::service_unreachable, platform::printable(error.what()));
    }
}

}  // namespace limpid::doctor
