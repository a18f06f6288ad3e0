#include "service/outbound/curl_client.hpp"

#include <algorithm>
#include <cerrno>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include <curl/curl.h>
#include <unistd.h>
#include <boost/asio/post.hpp>

#include "platform/printable.hpp"
#include "service/outbound/curl_call.hpp"
#include "service/outbound/url.hpp"

namespace limpid::service::outbound {
namespace {

// The thread is woken when there is something to do.
constexpr int kIdleMs = 60'000;
constexpr long kIdleConnections = 16;

struct FreeMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

}  // namespace

/// The thread, and what it shares with the others.
class CurlClient::Engine {
public:
    using Calls = std::list<std::unique_ptr<CurlCall>>;
    /// Takes a call that has ended; on the thread.
    using Ended = std::function<void(std::unique_ptr<CurlCall>, Result<Reply>)>;

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

    void add(std::unique_ptr<CurlCall> call) {
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

    void start(std::unique_ptr<CurlCall> call) {
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
        std::unique_ptr<CurlCall> call = std::move(*at);
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
        return fail(ErrorCode::io_unreadable, platform::describe_errno(ca_file, errno));
    }
    return std::unique_ptr<CurlClient>(new CurlClient(std::move(home), std::move(rules), ca_file));
}

bool CurlClient::start_engine() {
    if (engine_) return true;
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* const multi = kReady == CURLE_OK ? curl_multi_init() : nullptr;
    if (multi == nullptr) return false;
    auto ended = [home = home_, self = std::weak_ptr(self_)](std::unique_ptr<CurlCall> call,
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
    engine_->add(std::make_unique<CurlCall>(std::move(request), *std::move(url),
                                            std::move(answered), rules_));
}

}  // namespace limpid::service::outbound
