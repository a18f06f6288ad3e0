#include "service/outbound/curl_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/post.hpp>

#include "limpid/version.hpp"
#include "platform/printable.hpp"
#include "service/outbound/url.hpp"
#include "service/text.hpp"

namespace limpid::service::outbound {
namespace {

using Clock = std::chrono::steady_clock;

// The thread is woken when there is something to do.
constexpr int kIdleMs = 60'000;
constexpr long kIdleConnections = 16;
constexpr std::size_t kMaxFields = 64;

struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

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

/// No line of its own can be smuggled into the head.
bool is_sendable(const Request& request) {
    return is_token(request.method) && request.fields.size() <= kMaxFields &&
           std::ranges::all_of(request.fields, [](const HeaderField& field) {
               return is_token(field.name) &&
                      field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
           });
}

}  // namespace

/// One request on its way. What libcurl calls back with points here.
struct CurlClient::Call {
    Call(Request asked, Url to, Answered then, const HostRules& allowed)
        : request(std::move(asked)),
          url(std::move(to)),
          answered(std::move(then)),
          rules(allowed),
          deadline(Clock::now() + request.timeout) {}

    static curl_socket_t open_socket(void* call, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t take_head(char* data, std::size_t size, std::size_t count, void* call);
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* call);
    [[nodiscard]] bool prepare(const std::string& ca_file);
    [[nodiscard]] Result<Reply> result(CURLcode code);
    [[nodiscard]] bool take_field(std::string_view line);

    Request request;
    Url url;
    Answered answered;
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

curl_socket_t CurlClient::Call::open_socket(void* call, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Call*>(call);
    const auto found = address_of(address->addr);
    const Status status = found ? self.rules.check_address(*found)
                                : Status(fail(ErrorCode::network_forbidden_address, "its family"));
    if (!status) {
        self.refusal = status.error();
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool CurlClient::Call::take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || reply.fields.size() == kMaxFields) return false;
    reply.fields.push_back({std::string(trimmed(line.substr(0, colon))),
                            std::string(trimmed(line.substr(colon + 1)))});
    return true;
}

std::size_t CurlClient::Call::take_head(char* data, std::size_t size, std::size_t count,
                                        void* call) {
    auto& self = *static_cast<Call*>(call);
    const std::size_t bytes = size * count;
    std::string_view line(data, bytes);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    self.head_bytes += bytes;
    if (self.head_ended) return bytes;
    bool taken = self.head_bytes <= kMaxHeadBytes;
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

std::size_t CurlClient::Call::take_body(char* data, std::size_t size, std::size_t count,
                                        void* call) {
    auto& self = *static_cast<Call*>(call);
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

bool CurlClient::Call::prepare(const std::string& ca_file) {
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
    set(CURLOPT_OPENSOCKETFUNCTION, &Call::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Call::take_head);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Call::take_body);
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

Result<Reply> CurlClient::Call::result(CURLcode code) {
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

/// The thread, and what it shares with the others.
class CurlClient::Engine {
public:
    using Calls = std::list<std::unique_ptr<Call>>;
    /// Takes a call that has ended; on the thread.
    using Ended = std::function<void(std::unique_ptr<Call>, Result<Reply>)>;

    Engine(CURLM* multi, std::string ca_file, Ended ended)
        : multi_(multi), ca_file_(std::move(ca_file)), ended_(std::move(ended)) {
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kIdleConnections);
        thread_ = std::thread([this] { run(); });
    }
    ~Engine() {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
        }
        curl_multi_wakeup(multi_.get());
        thread_.join();
        for (const auto& call : running_) curl_multi_remove_handle(multi_.get(), call->easy.get());
    }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void add(std::unique_ptr<Call> call) {
        {
            const std::lock_guard lock(mutex_);
            new_.push_back(std::move(call));
        }
        curl_multi_wakeup(multi_.get());
    }

private:
    void run() {
        while (take_new()) {
            int count = 0;
            curl_multi_perform(multi_.get(), &count);
            int left = 0;
            while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
                if (message->msg == CURLMSG_DONE) end(message->easy_handle, message->data.result);
            }
            curl_multi_poll(multi_.get(), nullptr, 0, kIdleMs, nullptr);
        }
    }

    /// @return false: the end.
    bool take_new() {
        Calls taken;
        {
            const std::lock_guard lock(mutex_);
            if (is_ending_) return false;
            while (!new_.empty() && running_.size() + taken.size() < kMaxInFlight) {
                taken.splice(taken.end(), new_, new_.begin());
            }
        }
        for (auto& call : taken) start(std::move(call));
        return true;
    }

    void start(std::unique_ptr<Call> call) {
        if (!call->prepare(ca_file_)) {
            ended_(std::move(call), fail(ErrorCode::outbound_failed, "it waited too long"));
            return;
        }
        if (curl_multi_add_handle(multi_.get(), call->easy.get()) != CURLM_OK) {
            ended_(std::move(call), fail(ErrorCode::memory_exhausted));
            return;
        }
        running_.push_back(std::move(call));
    }

    void end(CURL* easy, CURLcode code) {
        const auto at = std::ranges::find_if(
            running_, [&](const auto& call) { return call->easy.get() == easy; });
        if (at == running_.end()) return;
        std::unique_ptr<Call> call = std::move(*at);
        running_.erase(at);
        curl_multi_remove_handle(multi_.get(), easy);
        Result<Reply> result = call->result(code);
        call->easy.reset();
        ended_(std::move(call), std::move(result));
        // One that waits takes its place.
        curl_multi_wakeup(multi_.get());
    }

    std::unique_ptr<CURLM, FreeMulti> multi_;
    const std::string ca_file_;
    Ended ended_;
    /// The thread's alone, and the destructor's after it.
    Calls running_;
    std::mutex mutex_;
    /// Under mutex_.
    Calls new_;
    bool is_ending_ = false;
    std::thread thread_;
};

CurlClient::CurlClient(boost::asio::any_io_executor home, HostRules rules, std::string ca_file)
    : home_(std::move(home)),
      rules_(std::move(rules)),
      ca_file_(std::move(ca_file)),
      self_(std::make_shared<CurlClient*>(this)) {}

Result<std::unique_ptr<CurlClient>> CurlClient::make(boost::asio::any_io_executor home,
                                                     HostRules rules, const std::string& ca_file) {
    if (!ca_file.empty() && ::access(ca_file.c_str(), R_OK) != 0) {
        return fail(ErrorCode::io_unreadable,
                    platform::printable(ca_file) + ": " + std::strerror(errno));
    }
    return std::unique_ptr<CurlClient>(new CurlClient(std::move(home), std::move(rules), ca_file));
}

bool CurlClient::start_engine() {
    if (engine_) return true;
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* const multi = kReady == CURLE_OK ? curl_multi_init() : nullptr;
    if (multi == nullptr) return false;
    auto ended = [home = home_, self = std::weak_ptr(self_)](std::unique_ptr<Call> call,
                                                             Result<Reply> result) {
        // Moved whole, so that what the answer owns ends on the thread that made it.
        boost::asio::post(home,
                          [self, call = std::move(call), result = std::move(result)]() mutable {
                              const auto client = self.lock();
                              if (!client) return;
                              --(*client)->open_;
                              (*client)->answer(std::move(call->answered), std::move(result));
                          });
    };
    engine_ = std::make_unique<Engine>(multi, ca_file_, std::move(ended));
    return true;
}

CurlClient::~CurlClient() = default;

void CurlClient::answer(Answered answered, Result<Reply> result) {
    const bool was_refused = !result && result.error().id() == ErrorCode::network_forbidden_address;
    ++(result ? counts_.answered : was_refused ? counts_.refused : counts_.failed);
    answered(std::move(result));
}

void CurlClient::async_send(Request request, Answered answered) {
    const auto refuse = [&](Error error) {
        boost::asio::post(home_, [self = std::weak_ptr(self_), error = std::move(error),
                                  answered = std::move(answered)]() mutable {
            if (const auto client = self.lock()) {
                (*client)->answer(std::move(answered), std::unexpected(std::move(error)));
            }
        });
    };
    auto url = parse_allowed_url(request.url, rules_);
    if (!url) return refuse(url.error());
    if (!is_sendable(request)) {
        return refuse(Error(ErrorCode::outbound_failed, "the request has a malformed header"));
    }
    if (open_ >= kMaxInFlight + kMaxWaiting) {
        return refuse(Error(ErrorCode::outbound_failed, "too many calls wait"));
    }
    if (!start_engine()) {
        return refuse(Error(ErrorCode::outbound_failed, "libcurl cannot be used"));
    }
    ++open_;
    engine_->add(
        std::make_unique<Call>(std::move(request), *std::move(url), std::move(answered), rules_));
}

}  // namespace limpid::service::outbound
