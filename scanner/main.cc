// SPDX-License-Identifier: Apache-2.0
// The program: cli/main_command.cc finds the verb, cli/scan.cc shows what a scan is.
#include <cstdio>
#include <exception>

#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"

int main(int argc, char** argv) {
  try {
    return straykey::run(argc, argv);
  } catch (const std::exception& error) {  // of a library; memory that is not there
    std::fprintf(stderr, "straykey: stopped: %s\n", error.what());
    return straykey::kExitUsage;
  }
}
