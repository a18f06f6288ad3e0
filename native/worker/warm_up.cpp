#include <array>
#include <cstdlib>

#include <malloc.h>

#include "limpid/image.hpp"
#include "limpid/pipeline.hpp"
#include "worker/run_job.hpp"

namespace limpid::worker {
namespace {

/// The C library asks how much memory there is the first time that it sorts more than this.
void sort_once() {
    std::array<int, 1024> numbers{};
    std::qsort(numbers.data(), numbers.size(), sizeof(int), [](const void* a, const void* b) {
        return *static_cast<const int*>(a) - *static_cast<const int*>(b);
    });
}

/// Keep what a job gives back for the next one: the kernel would have to clear it anew, which
/// nearly doubled the processor time of a photo of 2 megapixels. The pool replaces a worker that
/// keeps too much.
void keep_freed_memory() {
    constexpr int kKeptBytes = 64 << 20;
    constexpr int kLargestOnHeapBytes = 32 << 20;
    // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
    ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
    ::mallopt(M_MMAP_THRESHOLD, kLargestOnHeapBytes);
    // NOLINTEND(concurrency-mt-unsafe)
}

/// Every format is written, and read again on the way to the next.
Status enhance_once(const ImageView& pixels) {
    EnhanceOptions options;
    options.format = FileFormat::png;
    auto file = enhance(pixels, options);
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::webp, FileFormat::png}) {
        if (!file) return std::unexpected(file.error());
        options.format = format;
        file = enhance(file->bytes.span(), options);
    }
    if (!file) return std::unexpected(file.error());
    return {};
}

}  // namespace

Status warm_up() {
    keep_freed_memory();
    sort_once();
    constexpr int kSide = 64;
    auto image = Image::create(PixelFormat::rgb8, kSide, kSide);
    if (!image) return std::unexpected(image.error());
    return enhance_once(image->view());
}

}  // namespace limpid::worker
