#include "previews.hpp"

#include <utility>

namespace limpid::wasm {

int OpenPreviews::add(PreviewSession session) {
    sessions_.emplace(++last_, std::move(session));
    return last_;
}

Result<const PreviewSession*> OpenPreviews::find(int preview) const {
    const auto found = sessions_.find(preview);
    if (found == sessions_.end()) {
        return fail(ErrorCode::argument_invalid,
                    "Expected the number of an open preview but received one that is not");
    }
    return &found->second;
}

void OpenPreviews::remove(int preview) { sessions_.erase(preview); }

OpenPreviews& open_previews() {
    static OpenPreviews previews;
    return previews;
}

}  // namespace limpid::wasm
