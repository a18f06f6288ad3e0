#pragma once

#include <map>

#include "limpid/error.hpp"
#include "limpid/preview.hpp"

namespace limpid::wasm {

/// The previews that JavaScript holds open, by number. A number is never used twice, so a stale one
/// cannot reach another's picture.
class OpenPreviews {
public:
    /// @return its number, above 0.
    [[nodiscard]] int add(PreviewSession session);
    /// Borrowed until it is removed. @return argument.invalid when no such preview is open.
    [[nodiscard]] Result<const PreviewSession*> find(int preview) const;
    void remove(int preview);

private:
    std::map<int, PreviewSession> sessions_;
    int last_ = 0;
};

/// Those of this instance.
[[nodiscard]] OpenPreviews& open_previews();

}  // namespace limpid::wasm
