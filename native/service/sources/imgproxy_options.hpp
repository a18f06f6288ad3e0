#pragma once

#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "service/query.hpp"

namespace limpid::service::sources {

/// Is it an option of a size, by its long or its short name?
[[nodiscard]] bool is_imgproxy_option(std::string_view name);

/// Read an option of a size as imgproxy's users write it, as parameters of read_resize():
///
///     resize:TYPE:WIDTH:HEIGHT:ENLARGE:EXTEND   rs
///     size:WIDTH:HEIGHT:ENLARGE:EXTEND          s
///     resizing_type:TYPE                        rt
///     width:PX  height:PX  enlarge:1            w  h  el
///
/// TYPE is fit, fill or force. Within `resize` and `size`, what is left out or 0 is not asked for;
/// EXTEND can only be switched off.
/// @param name  one of is_imgproxy_option().
/// @return one parameter or more; argument.invalid. Sides are not checked yet.
[[nodiscard]] Result<std::vector<Parameter>> read_imgproxy_option(std::string_view name,
                                                                  std::string_view value);

}  // namespace limpid::service::sources
