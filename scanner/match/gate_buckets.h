// SPDX-License-Identifier: Apache-2.0
// Grams are put into a few buckets. At each position a bucket accepts what any gram in it does, so
// the more alike they are, the fewer positions of a text are looked at twice.
#pragma once

#include <vector>

#include "scanner/match/gram.h"

namespace straykey {

// What each of `count` buckets accepts; the same for the same grams. This takes seconds for a
// thousand of them. With what the buckets for many of them accept, as `known`, these stay there,
// and it takes some milliseconds.
std::vector<Gram> put_into_buckets(const std::vector<Gram>& grams, size_t count,
                                   const std::vector<Gram>& known = {});

// Whether a gram could be in a bucket that accepts what is said.
bool accepts_all_of(const Gram& bucket, const Gram& gram);

}  // namespace straykey
