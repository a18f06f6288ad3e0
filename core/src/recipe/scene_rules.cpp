#include "recipe/scene_rules.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace limpid::recipe {
namespace {

/// In the order of SceneClass.
constexpr std::array kRules = {
    // ordinary
    SceneRule{1, 1, 1, 1, 1, 1, 1, 1, 1, "nothing stands against it"},
    // already_good
    SceneRule{0, 0, 0, 0, 0, 0, 0, 0, 0, "range, exposure, colour and sharpness are good"},
    // night: a lamp's colour and the dark around it are the picture
    SceneRule{0, 0.25, 0, 0.25, 0, 0.25, 0.25, 0.25, 0.5, "this looks like a night scene"},
    // snow_high_key: brightness is the subject, a cold cast of the shade is not
    SceneRule{0.7, 0, 0, 0.6, 0.5, 0.5, 1, 0.6, 1, "this looks like snow or another bright scene"},
    // silhouette_sunset: the shapes are meant to be dark and the light to be warm
    SceneRule{0, 0, 0, 0.3, 0, 0, 0.5, 0.5, 0.5, "this looks like a sunset or a silhouette"},
    // fog
    SceneRule{0.3, 0.3, 0.3, 0.3, 0, 0, 0.3, 0.5, 0.7, "this looks like fog"},
    // underwater: without its red light the scene would be grey, not neutral
    SceneRule{0.3, 0.7, 0.5, 0.8, 0.5, 0.5, 0.7, 0, 0.7, "this looks like an underwater scene"},
    // document
    SceneRule{0, 0, 0, 0, 0, 0, 0, 0, 0, "this looks like a page"},
    // graphic
    SceneRule{0, 0, 0, 0, 0, 0, 0, 0, 0, "this looks like a drawing or a screenshot"},
    // monochrome
    SceneRule{0, 1, 1, 1, 0.5, 1, 1, 0, 1,
              "the picture has no colour, or only a tint that is meant"},
};
static_assert(kRules.size() == static_cast<std::size_t>(SceneClass::monochrome) + 1);

}  // namespace

const SceneRule& rule_of(SceneClass scene) noexcept {
    return kRules[static_cast<std::size_t>(scene)];
}

std::string left_alone(SceneClass scene) {
    return std::string("Left alone: ") + rule_of(scene).because + ".";
}

std::string held_back(std::string sentence, double share, SceneClass scene) {
    if (share < 1.0) sentence.append(" Held back: ").append(rule_of(scene).because).append(".");
    return sentence;
}

}  // namespace limpid::recipe
