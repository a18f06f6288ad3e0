#pragma once

/// The library version. CMake, the npm package and the CLI read it from here and nowhere else.
#define LIMPID_VERSION_MAJOR 0
#define LIMPID_VERSION_MINOR 1
#define LIMPID_VERSION_PATCH 0
#define LIMPID_VERSION_STRING "0.1.0"
