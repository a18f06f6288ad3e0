#include "service/resize_parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace limpid::service {
namespace {

constexpr std::array<std::string_view, 4> kResizeNames = {"width", "height", "fit", "enlarge"};

Status take_side(int& side, const Parameter& parameter) {
    const std::string& text = parameter.value;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), side);
    if (error != std::errc() || stopped != text.data() + text.size() || side < 1 ||
        side > kMaxSidePx) {
        return refused_parameter(parameter, "1 to " + std::to_string(kMaxSidePx) + " pixels");
    }
    return {};
}

Status take_fit(Resize& resize, const Parameter& parameter) {
    const auto found =
        std::ranges::find(kFits, parameter.value, [](Fit fit) { return to_string(fit); });
    if (found == std::end(kFits)) return refused_parameter(parameter, "inside, cover or exact");
    resize.fit = *found;
    return {};
}

Status take_enlarge(Resize& resize, const Parameter& parameter) {
    if (parameter.value != "true" && parameter.value != "false") {
        return refused_parameter(parameter, "true or false");
    }
    resize.enlarge = parameter.value == "true";
    return {};
}

Status take_size(Resize& resize, const Parameter& parameter) {
    if (parameter.name == "width") return take_side(resize.width_px, parameter);
    if (parameter.name == "height") return take_side(resize.height_px, parameter);
    if (parameter.name == "fit") return take_fit(resize, parameter);
    return take_enlarge(resize, parameter);
}

}  // namespace

std::string_view to_string(Fit fit) noexcept {
    switch (fit) {
        case Fit::inside:
            return "inside";
        case Fit::cover:
            return "cover";
        case Fit::exact:
            break;
    }
    return "exact";
}

bool is_resize_parameter(std::string_view name) {
    return std::ranges::find(kResizeNames, name) != kResizeNames.end();
}

Result<std::optional<Resize>> read_resize(std::span<const Parameter> parameters) {
    // What nobody asks for would cost memory and time.
    Resize resize{.enlarge = false};
    const Parameter* last = nullptr;
    for (const Parameter& parameter : parameters) {
        if (!is_resize_parameter(parameter.name)) continue;
        last = &parameter;
        if (Status status = take_size(resize, parameter); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
    if (last == nullptr) return std::nullopt;
    if (resize.width_px == 0 && resize.height_px == 0) {
        return refused_parameter(*last, "width or height beside it");
    }
    return resize;
}

std::vector<Parameter> resize_parameters(const Resize& resize) {
    std::vector<Parameter> parameters;
    if (resize.width_px != 0) parameters.push_back({"width", std::to_string(resize.width_px)});
    if (resize.height_px != 0) parameters.push_back({"height", std::to_string(resize.height_px)});
    if (resize.fit != Fit::inside) {
        parameters.push_back({"fit", std::string(to_string(resize.fit))});
    }
    if (resize.enlarge) parameters.push_back({"enlarge", "true"});
    return parameters;
}

}  // namespace limpid::service
