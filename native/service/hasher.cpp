#include "service/hasher.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace limpid::service {

namespace asio = boost::asio;

Hasher::Hasher(asio::any_io_executor executor) : executor_(std::move(executor)), thread_(1) {}

Hasher::~Hasher() {
    thread_.stop();
    thread_.join();
}

void Hasher::async_sha256(std::span<const std::byte> bytes, Handler handler) {
    asio::post(thread_, [bytes, executor = executor_, handler = std::move(handler)]() mutable {
        const Sha256 digest = sha256(bytes);
        // Moved whole, so that what the handler owns ends on the thread that made it.
        asio::post(executor, [digest, handler = std::move(handler)]() mutable { handler(digest); });
    });
}

}  // namespace limpid::service
