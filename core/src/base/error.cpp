#include "limpid/error.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace limpid {
namespace {

using enum ErrorVisibility;

constexpr auto kClient = client;
constexpr auto kOperator = operator_only;

#ifdef LIMPID_ERRORS_WITHOUT_TEXTS
// For a module that only hands out codes: what they mean is in js/src/generated.ts, beside it.
#define LIMPID_TEXT(text) ""
#else
#define LIMPID_TEXT(text) text
#endif

constexpr std::array kTable = {
#define LIMPID_VISIBILITY_client kClient
#define LIMPID_VISIBILITY_operator kOperator
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility)        \
    ErrorInfo{ErrorCode::identifier, code,      LIMPID_TEXT(sentence),         LIMPID_TEXT(hint), \
              http_status,           exit_code, LIMPID_VISIBILITY_##visibility},
#include "limpid/errors.def"
#undef LIMPID_ERROR
#undef LIMPID_VISIBILITY_client
#undef LIMPID_VISIBILITY_operator
};
#undef LIMPID_TEXT

}  // namespace

const ErrorInfo& describe(ErrorCode code) noexcept {
    return kTable[static_cast<std::size_t>(code)];
}

Error::Error(ErrorCode code, std::string found) : id_(code), found_(std::move(found)) {}

std::string Error::message() const {
    const ErrorInfo& info = describe(id_);
    std::string text;
    text.append(info.code).append(": ").append(info.sentence);
    if (!found_.empty()) text.append(": ").append(found_);
    text.append("; ").append(info.hint);
    return text;
}

}  // namespace limpid
