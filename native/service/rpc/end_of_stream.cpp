#include "service/rpc/end_of_stream.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Done = asio::any_completion_handler<void(error_code)>;

constexpr std::size_t kDiscardedBytes = std::size_t{8} << 20U;

/// Takes what still comes.
struct Ending : std::enable_shared_from_this<Ending> {
    Ending(Transport& of, Done then) : transport(of), done(std::move(then)) {}

    void discard() {
        transport.async_read_raw(asio::buffer(bytes),
                                 [self = shared_from_this()](error_code error, std::size_t size) {
                                     self->total += size;
                                     if (error || self->total > kDiscardedBytes)
                                         return std::move(self->done)(error_code());
                                     self->discard();
                                 });
    }

    Transport& transport;
    Done done;
    std::array<std::byte, 4096> bytes{};
    std::size_t total = 0;
};

void end_output(const std::shared_ptr<Ending>& ending) {
    if (ending->transport.end_output()) return ending->discard();
    asio::post(ending->transport.get_executor(),
               [ending] { std::move(ending->done)(error_code()); });
}

}  // namespace

void async_end(Transport& transport, Done done) {
    const auto ending = std::make_shared<Ending>(transport, std::move(done));
    if (!transport.encrypted()) return end_output(ending);
    transport.async_close_notify([ending](error_code) { end_output(ending); });
}

}  // namespace limpid::service
