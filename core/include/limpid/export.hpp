#pragma once

/// Marks what the shared library exports. Everything else in it is hidden.
#if defined(__GNUC__) || defined(__clang__)
#define LIMPID_API __attribute__((visibility("default")))
#else
#define LIMPID_API
#endif
