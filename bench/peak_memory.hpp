#pragma once

namespace limpid::bench {

/// Forgets what this process held before, natively. A WebAssembly heap only grows: there a peak is
/// that of everything the program has run, so a row that is to mean something runs in a program of
/// its own.
void reset_peak_memory();

/// The most this process has held, in 10^6 bytes: resident memory natively, the heap in
/// WebAssembly. 0 where the system does not say.
double peak_memory_mb();

}  // namespace limpid::bench
