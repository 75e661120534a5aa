// SPDX-License-Identifier: Apache-2.0
// Databases of signatures that are not those built in, kept from run to run, because
// compiling some hundred of them takes seconds and reading them milliseconds.
#pragma once

#include <string>

#include "scanner/base/result.h"
#include "scanner/match/database.h"

namespace straykey {

// As Database::compile(), from a file in `folder` when one is there for just this set, this
// program and this Hyperscan. Otherwise the set is compiled and the file written. That a
// file is damaged, or cannot be read or written, is no error: it is as if there were none.
// "" for no folder.
Result<Database> compile_cached(SignatureSet set, const Database& like,
                                const std::string& folder);

// The name of the file for `set` within its folder.
std::string cache_name(const SignatureSet& set);

}  // namespace straykey
