#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <boost/system/error_code.hpp>

#include "service/transport.hpp"

namespace limpid::service {

/// Say that nothing more comes, and take what the other side still sends until it ends too: closing
/// at once could take back what it has not read. Whoever calls bounds the time.
void async_end(Transport& transport,
               boost::asio::any_completion_handler<void(boost::system::error_code)> done);

// What Beast asks of what a WebSocket lies on.
inline void beast_close_socket(Transport& transport) { transport.close(); }

template <class Handler>
void async_teardown(boost::beast::role_type, Transport& transport, Handler&& done) {
    async_end(transport, std::forward<Handler>(done));
}

}  // namespace limpid::service
