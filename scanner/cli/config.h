// SPDX-License-Identifier: Apache-2.0
// Configuration files, and the five layers of options put over each other.
//
// A configuration file holds the options of `straykey scan` under their own names, and
// exceptions with a reason:
//
//   [scan]
//   exclude = ["third_party/"]
//   fail-on = "high"
//
//   [[allow]]
//   signature = "github.*"
//   path      = "docs/**"
//   reason    = "examples in the manual, revoked"
//
//   [[owner]]
//   path  = "infra/"
//   owner = "team-platform"
//
//   [[environment]]
//   path = "clusters/blue/"
//   name = "prod"
//
// A file that came with a repository was written by whoever wrote the repository. It may
// say what is scanned and what counts (every report tells what was left out), but not
// where the program writes, and it names files of its own folder only.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/cli/flags.h"
#include "scanner/cli/options.h"

namespace straykey {

inline constexpr const char* kConfigName = ".straykey.toml";

struct ConfigFile {
  enum class Author { kUser, kRepository };
  std::string path;
  Author author = Author::kUser;
};

// The files that count, the weaker one first: $XDG_CONFIG_HOME/straykey/config.toml
// (`config_home` is the variable's value or its default), then the nearest .straykey.toml
// from the folder of `target` up to the root of the repository; outside of repositories
// only the folder itself is looked at.
std::vector<ConfigFile> find_config(const std::string& target, const std::string& config_home);

// Sets what `text` sets. Unknown keys and wrong types are errors: "FILE:LINE: ...".
Result<void> apply_config(ByteView text, const ConfigFile& file, ScanOptions& options);

// All layers, from a parsed command line and what surrounds the program.
struct Surroundings {
  Environment environment;
  std::string config_home;
  std::string cache_home;
};
Result<ScanOptions> resolve_options(const ParsedLine& line, const Surroundings& surroundings,
                                    std::vector<std::string>& warnings);

}  // namespace straykey
