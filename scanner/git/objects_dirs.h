// SPDX-License-Identifier: Apache-2.0
// The folders that hold a repository's objects: its own, and those that it borrows from.
#pragma once

#include <string>
#include <vector>

#include "scanner/git/layout.h"

namespace straykey {

// layout.objects_dir first, then what its file info/alternates names, and theirs in turn.
// Absolute paths of folders that exist, each once.
std::vector<std::string> all_objects_dirs(const RepositoryLayout& layout);

}  // namespace straykey
