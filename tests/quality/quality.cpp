// limpid_quality FOLDER...: how good the automatic decisions are, on the photos of the folders.
//
// Prints a table for each question, "what | measured | goal". There is no reference retouch: the
// truth is the photo itself, after it was made worse in a known way. The program reports; it fails
// only when there are no photos or one cannot be read.

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "quality/photos.hpp"
#include "quality/report.hpp"

namespace limpid::quality {
namespace {

int run(int argc, char** argv) {
    std::vector<Photo> photos;
    for (int i = 1; i < argc; ++i) {
        auto some = read_photos(argv[i]);
        if (!some) {
            std::fprintf(stderr, "limpid_quality: %s\n", some.error().message().c_str());
            return 1;
        }
        for (Photo& photo : *some) {  // one that stands in two folders counts once
            if (std::ranges::find(photos, photo.name, &Photo::name) == photos.end()) {
                photos.push_back(std::move(photo));
            }
        }
    }
    if (photos.empty()) {
        std::fputs("limpid_quality: no photos; usage: limpid_quality FOLDER...\n", stderr);
        return 1;
    }
    std::printf("Decisions, %zu photos\n", photos.size());
    report_twice(photos);
    report_white_balance(photos);
    report_exposure(photos);
    report_noise(photos);
    return 0;
}

}  // namespace
}  // namespace limpid::quality

int main(int argc, char** argv) { return limpid::quality::run(argc, argv); }
