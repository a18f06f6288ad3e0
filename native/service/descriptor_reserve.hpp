#pragma once

#include <cstddef>

#include <boost/asio/any_io_executor.hpp>

namespace limpid::service {

/// Asio keeps a record for every descriptor that was open at a time, for good. Made as connections
/// come, each lies between what that connection needs, and keeps a page of memory from being given
/// back when the connection has ended. Have `count` of them made now, side by side; as many as
/// there are free descriptors.
void reserve_descriptors(const boost::asio::any_io_executor& executor, std::size_t count);

}  // namespace limpid::service
