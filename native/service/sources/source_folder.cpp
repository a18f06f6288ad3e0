#include "service/sources/source_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <future>
#include <new>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <boost/asio/post.hpp>

#include "platform/printable.hpp"
#include "worker/landlock.hpp"

namespace limpid::service::sources {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxBytesPerRead = std::size_t{1} << 20U;
constexpr int kAttempts = 8;

// Of linux/openat2.h, for systems whose headers are older than their kernel.
struct OpenHow {
    std::uint64_t flags;
    std::uint64_t mode;
    std::uint64_t resolve;
};
constexpr std::uint64_t kNoMagicLinks = 0x02;
constexpr std::uint64_t kNoSymlinks = 0x04;
constexpr std::uint64_t kBeneath = 0x08;

/// @return -1 with errno set.
int open_confined(int folder, const std::string& path, std::uint64_t flags) {
    const OpenHow how{
        .flags = flags | O_CLOEXEC, .mode = 0, .resolve = kBeneath | kNoSymlinks | kNoMagicLinks};
    long fd = -1;
    // EAGAIN: something was renamed on the way, and the kernel cannot tell whether it stayed below.
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        fd = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
    }
    return static_cast<int>(fd);
}

bool is_want_of_means(int error_number) {
    constexpr int kWants[] = {EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR, EIO, ENOSYS};
    return std::ranges::find(kWants, error_number) != std::end(kWants);
}

/// Nothing may leave the thread by a throw: that would end the process.
template <class T, class Work>
Result<T> guarded(Work& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::memory_exhausted);
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal_failure, error.what());
    }
}

}  // namespace

Result<platform::FileDescriptor> open_folder(const std::string& path) {
    platform::FileDescriptor folder(
        ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOCTTY));
    if (!folder.valid()) {
        return fail(ErrorCode::config_invalid_value,
                    "source_root: " + platform::describe_errno(path, errno));
    }
    // Better now than at every request.
    const platform::FileDescriptor itself(open_confined(folder.get(), ".", O_PATH | O_DIRECTORY));
    if (!itself.valid()) {
        return fail(ErrorCode::config_invalid_value,
                    "source_root: openat2: " + platform::describe_errno(path, errno));
    }
    return folder;
}

Result<OpenFile> open_below(int folder, const std::string& path) {
    if (path.contains('\0')) return fail(ErrorCode::source_not_found);
    OpenFile opened;
    // O_NONBLOCK so that opening a FIFO returns and can be refused.
    opened.file =
        platform::FileDescriptor(open_confined(folder, path, O_RDONLY | O_NOCTTY | O_NONBLOCK));
    struct stat status{};
    if (!opened.file.valid() || ::fstat(opened.file.get(), &status) != 0) {
        if (!is_want_of_means(errno)) return fail(ErrorCode::source_not_found);
        return fail(ErrorCode::io_unreadable, "a source");
    }
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::source_not_found);
    opened.size_bytes = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    return opened;
}

Result<ByteBuffer> read_all(const OpenFile& file) {
    ByteBuffer bytes;
    if (!bytes.resize(static_cast<std::size_t>(file.size_bytes))) {
        return fail(ErrorCode::memory_exhausted);
    }
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t size = ::read(file.file.get(), bytes.data() + filled,
                                    std::min(bytes.size() - filled, kMaxBytesPerRead));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return fail(ErrorCode::io_unreadable, "a source");
        if (size == 0) break;
        filled += static_cast<std::size_t>(size);
    }
    // A file that was cut meanwhile is damaged, as the decoder will say.
    if (!bytes.resize(filled)) return fail(ErrorCode::memory_exhausted);
    return bytes;
}

SourceFolder::SourceFolder(asio::any_io_executor home, platform::FileDescriptor folder)
    : home_(std::move(home)), folder_(std::move(folder)), thread_(1) {}

SourceFolder::~SourceFolder() {
    thread_.stop();
    thread_.join();
}

Result<std::unique_ptr<SourceFolder>> SourceFolder::open(asio::any_io_executor home,
                                                         const std::string& path) {
    auto folder = open_folder(path);
    if (!folder) return std::unexpected(std::move(folder).error());
    std::unique_ptr<SourceFolder> made(new SourceFolder(std::move(home), *std::move(folder)));
    // Landlock is a thread's own: the others go on writing logs and jobs.
    std::promise<int> confined;
    auto abi = confined.get_future();
    asio::post(made->thread_, [confined = std::move(confined), fd = made->folder_.get()]() mutable {
        confined.set_value(worker::allow_reading_below(fd));
    });
    made->landlock_abi_ = abi.get();
    return made;
}

template <class T, class Work>
void SourceFolder::run(Work work, Handler<T> handler) {
    asio::post(
        thread_, [home = home_, work = std::move(work), handler = std::move(handler)]() mutable {
            auto result = guarded<T>(work);
            // Moved whole, so that what the handler owns ends on the thread that made it.
            asio::post(home, [result = std::move(result), handler = std::move(handler)]() mutable {
                handler(std::move(result));
            });
        });
}

void SourceFolder::async_open(std::string path, Handler<OpenFile> handler) {
    run<OpenFile>(
        [folder = folder_.get(), path = std::move(path)] { return open_below(folder, path); },
        std::move(handler));
}

void SourceFolder::async_read(OpenFile file, Handler<ByteBuffer> handler) {
    run<ByteBuffer>([file = std::move(file)] { return read_all(file); }, std::move(handler));
}

}  // namespace limpid::service::sources
