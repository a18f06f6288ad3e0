#include "service/jobs/storage_error.hpp"

#include <cerrno>

#include "platform/printable.hpp"

namespace limpid::service::jobs {

bool means_full(int error_number) noexcept {
    // EFBIG: RLIMIT_FSIZE, or a file system that takes no file so large.
    return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

Error storage_error(std::string_view doing, int error_number) {
    if (means_full(error_number)) return Error(ErrorCode::storage_full);
    return Error(ErrorCode::storage_failed, platform::describe_errno(doing, error_number));
}

}  // namespace limpid::service::jobs
