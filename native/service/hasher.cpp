#include "service/hasher.hpp"

#include <new>
#include <utility>

#include <boost/asio/post.hpp>

#include "crypto/digest.hpp"

namespace limpid::service {

namespace asio = boost::asio;

namespace {

/// Nothing may leave the thread by a throw: that would end the process.
void do_as_memory_allows(Hasher::Task& work) {
    try {
        work();
    } catch (const std::bad_alloc&) {
        return;
    }
}

}  // namespace

Hasher::Hasher(asio::any_io_executor executor) : executor_(std::move(executor)), thread_(1) {}

Hasher::~Hasher() {
    thread_.stop();
    thread_.join();
}

void Hasher::async_sha256(std::span<const std::byte> bytes, Handler handler) {
    asio::post(thread_, [bytes, executor = executor_, handler = std::move(handler)]() mutable {
        const Sha256 digest = crypto::sha256(bytes);
        // Moved whole, so that what the handler owns ends on the thread that made it.
        asio::post(executor, [digest, handler = std::move(handler)]() mutable { handler(digest); });
    });
}

void Hasher::async_run(Task work, Task done) {
    asio::post(
        thread_, [executor = executor_, work = std::move(work), done = std::move(done)]() mutable {
            do_as_memory_allows(work);
            asio::post(executor,
                       [work = std::move(work), done = std::move(done)]() mutable { done(); });
        });
}

}  // namespace limpid::service
