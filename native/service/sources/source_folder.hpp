#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::service::sources {

/// A file that is open for reading, and was this large then.
struct OpenFile {
    platform::FileDescriptor file;
    std::uint64_t size_bytes = 0;
};

/// Open a folder, to open files below it. @return config.invalid_value.
[[nodiscard]] Result<platform::FileDescriptor> open_folder(const std::string& path);

/// Open a regular file below a folder for reading, over no link, by a path that need not have been
/// checked. Whatever else it is (a folder, link, FIFO, device, or not there) is not told apart.
/// @return source.not_found; io.unreadable when the system has no descriptor or memory left.
[[nodiscard]] Result<OpenFile> open_below(int folder, const std::string& path);

/// Read a file, as large as it was when it was opened: what was appended meanwhile is left out.
/// @return io.unreadable, memory.exhausted.
[[nodiscard]] Result<ByteBuffer> read_all(const OpenFile& file);

/// The folder of the local sources, and the one thread that reads from it, so that nobody else
/// waits for a disk. Where the kernel has Landlock, that thread can reach no other path, and cannot
/// write to this one. Not thread-safe.
class SourceFolder {
public:
    template <class T>
    using Handler = std::move_only_function<void(Result<T>)>;

    /// @param home  calls the handlers; must outlive this object.
    /// @return as open_folder().
    [[nodiscard]] static Result<std::unique_ptr<SourceFolder>> open(
        boost::asio::any_io_executor home, const std::string& path);
    /// Waits for what is being read. Handlers that have not been called never are.
    ~SourceFolder();
    SourceFolder(const SourceFolder&) = delete;
    SourceFolder& operator=(const SourceFolder&) = delete;

    /// As open_below(). The handler is never called from within.
    void async_open(std::string path, Handler<OpenFile> handler);
    /// As read_all(). The handler is never called from within.
    void async_read(OpenFile file, Handler<ByteBuffer> handler);

    /// The version of Landlock that confines the thread; 0: none does.
    [[nodiscard]] int landlock_abi() const noexcept { return landlock_abi_; }

private:
    SourceFolder(boost::asio::any_io_executor home, platform::FileDescriptor folder);
    /// Call `work` on the thread, and `handler` at home with what it made.
    template <class T, class Work>
    void run(Work work, Handler<T> handler);

    boost::asio::any_io_executor home_;
    platform::FileDescriptor folder_;
    int landlock_abi_ = 0;
    boost::asio::thread_pool thread_;
};

}  // namespace limpid::service::sources
