#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "native/doctor/subject.hpp"

namespace limpid::doctor::test {

/// What makes a good subject one that a single check finds something in.
struct Fixture {
    /// Of the check.
    std::string_view id;
    std::function<void(Subject&)> spoil;
};

/// One for each check.
[[nodiscard]] const std::vector<Fixture>& fixtures();

/// Its parts.
[[nodiscard]] std::vector<Fixture> deploy_fixtures();
[[nodiscard]] std::vector<Fixture> live_fixtures();

/// `text` with the first `from` replaced; throws when there is none, so that no fixture goes blind.
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace limpid::doctor::test
