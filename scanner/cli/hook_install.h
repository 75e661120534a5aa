// SPDX-License-Identifier: Apache-2.0
// `straykey hook install`, `uninstall` and `status`: small shell scripts where git looks for
// hooks. A hook that is there is kept beside ours and called before it; uninstall puts it back
// as it was. Where another program owns the hooks (husky, lefthook, pre-commit, prek) nothing
// is written, and it is said what to write there instead.
#pragma once

#include <string>
#include <vector>

namespace straykey {

struct HookPlace {
  std::vector<std::string> stages;  // "pre-commit"; empty: those that fit
  bool global = false;  // for all repositories of the user: core.hooksPath in its own git
                        // configuration
};

// These give the exit code. hook_status: 1 when a stage is not installed.
int hook_install_command(const HookPlace& place);
int hook_uninstall_command(const HookPlace& place);
int hook_status_command(const HookPlace& place);

}  // namespace straykey
