#include "service/descriptor_reserve.hpp"

#include <vector>

#include <fcntl.h>
#include <sys/eventfd.h>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "platform/file_descriptor.hpp"

namespace limpid::service {

void reserve_descriptors(const boost::asio::any_io_executor& executor, std::size_t count) {
    // Anything that can be waited for.
    const platform::FileDescriptor one(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    std::vector<boost::asio::posix::stream_descriptor> all;
    all.reserve(count);
    while (all.size() < count) {
        platform::FileDescriptor copy(::fcntl(one.get(), F_DUPFD_CLOEXEC, 0));
        if (!copy.valid()) break;
        boost::system::error_code error;
        all.emplace_back(executor);
        static_cast<void>(all.back().assign(copy.get(), error));
        if (error) break;
        static_cast<void>(copy.release());
    }
}

}  // namespace limpid::service
