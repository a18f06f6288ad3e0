#pragma once

#include <array>
#include <string>

#include "cli/choices.hpp"

namespace limpid::cli {

/// What `sign` writes and `verify` reads.
enum class SignatureForm {
    minisign,  ///< a file of its own beside any file
    signify,   ///< the same in OpenBSD's form
    recipe,    ///< one JSON text that holds recipe and signature
    manifest,  ///< the same for a manifest
};

inline constexpr std::array kSignatureForms = {
    Choice<SignatureForm>{"minisign", SignatureForm::minisign},
    Choice<SignatureForm>{"signify", SignatureForm::signify},
    Choice<SignatureForm>{"recipe", SignatureForm::recipe},
    Choice<SignatureForm>{"manifest", SignatureForm::manifest},
};

/// Where a detached signature of `input` lies.
[[nodiscard]] inline std::string signature_path(const std::string& input, SignatureForm form) {
    return input + (form == SignatureForm::minisign ? ".minisig" : ".sig");
}

}  // namespace limpid::cli
