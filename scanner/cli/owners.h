// SPDX-License-Identifier: Apache-2.0
// What a scan knows of owners before it asks whose each finding is: what repositories and
// folders say of themselves, and what the configuration says of them.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/cli/options.h"
#include "scanner/nhi/resolve.h"
#include "scanner/source/repository.h"

namespace straykey {

// "org/name" in lower case of the address of a remote, "" when it has none. What stands before
// the host, a password maybe, is left out.
std::string repository_slug(ByteView address);

// Of the repository at HEAD: its CODEOWNERS file and its remote.
RepositoryOwners repository_owners(RepositorySource& repository);
// Of a folder that is no repository.
RepositoryOwners folder_owners(const std::string& path);

// The tables of the configuration as rules.
std::vector<OwnerRule> owner_rules(const ScanOptions& options);
std::vector<EnvironmentRule> environment_rules(const ScanOptions& options);

}  // namespace straykey
