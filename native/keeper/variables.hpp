#pragma once

#include "keeper/protocol.hpp"
#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"

// Secrets come in the environment and over descriptors, too, which only the process has that was
// given them. They pass to the keeper in a file in memory, which is kept: a keeper that is started
// anew finds them there, and limpidd has them in no memory of its own.
namespace limpid::keeper {

/// Write `fd:NUMBER` as the variable that its contents are handed over in.
void refer_to_variables(Setup& setup);

/// Take every variable out of this process's environment that the setup leads to, and wipe it
/// there; read the descriptors to their ends.
/// @param setup  before refer_to_variables(). While there is one thread.
/// @return secret.not_found for a descriptor that is not open; keeper.unavailable when there is no
///         memory for the file.
[[nodiscard]] Result<platform::FileDescriptor> take_variables(const Setup& setup);

/// In the keeper: make them variables of this process, each of which is wiped as it is read.
/// @return false when the file cannot be read.
[[nodiscard]] bool adopt_variables(int file);

}  // namespace limpid::keeper
