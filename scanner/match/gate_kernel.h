// SPDX-License-Identifier: Apache-2.0
// Which instructions look at every byte.
#pragma once

#include <cstdint>

namespace straykey {

enum class GateKernel : uint8_t { kPortable, kAvx2, kAvx512 };

// Whether this CPU can run it.
bool available(GateKernel kernel);
GateKernel best_gate_kernel();

}  // namespace straykey
