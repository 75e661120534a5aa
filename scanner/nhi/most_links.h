// SPDX-License-Identifier: Apache-2.0
// Many identities may share an account or a host, a million of them in a table that somebody
// filled so. What leads to a crowd names nobody, and must not cost more the larger it is: so no
// look-up gives more links than this.
#pragma once

#include <cstddef>

namespace straykey {

inline constexpr size_t kMostLinks = 65;

}  // namespace straykey
