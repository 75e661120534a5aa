// SPDX-License-Identifier: Apache-2.0
// What a source is called in a store, where runs of different machines meet.
#pragma once

#include <string>
#include <vector>

#include "scanner/source/coverage.h"

namespace straykey {

// Of a repository with a remote "origin" that is its host and path
// ("github.com/acme/shop"), without user, password and ".git", so that all clones are one
// source; else the absolute path. A stream is "-".
std::string source_name(const SourceCoverage& source);
std::vector<std::string> source_names(const Coverage& coverage);  // of its sources, by index

// "https://ann:secret@github.com/acme/shop.git" or "git@github.com:acme/shop" as
// "github.com/acme/shop"; "" for what is no URL of another machine.
std::string remote_name(const std::string& url);

}  // namespace straykey
