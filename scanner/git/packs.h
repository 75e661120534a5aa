// SPDX-License-Identifier: Apache-2.0
// The folders and packs that hold a repository's objects: its own, and those of the
// repositories that it borrows from.
#pragma once

#include <string>
#include <vector>

#include "scanner/git/layout.h"

namespace straykey {

// layout.objects_dir and layout.more_objects_dirs, each followed by what its file
// info/alternates names, and theirs in turn.
// Absolute paths of folders that exist, each once.
std::vector<std::string> all_objects_dirs(const RepositoryLayout& layout);

// The pack indexes (*.idx) in these folders, in the order of the folders, then by name.
std::vector<std::string> pack_index_files(const std::vector<std::string>& objects_dirs);

}  // namespace straykey
