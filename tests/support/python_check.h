// SPDX-License-Identifier: Apache-2.0
// Asks a Python program about files: the validators of others judge our documents.
#pragma once

#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace straykey {

struct PythonVerdict {
  bool skipped = false;  // no Python, or a module that it lacks
  bool passed = false;
  std::string output;
};

// Runs `program` with a file for each of `inputs` as its arguments. A program that cannot
// import what it needs exits with 77.
inline PythonVerdict check_with_python(const std::string& program,
                                       const std::vector<std::string>& inputs) {
  PythonVerdict verdict;
  std::string folder =
      (std::filesystem::temp_directory_path() / "straykey-check-XXXXXX").string();
  if (!mkdtemp(folder.data())) return verdict;
  std::ofstream(folder + "/check.py") << program;
  std::string command = "python3 '" + folder + "/check.py'";
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::string path = folder + "/input" + std::to_string(i);
    std::ofstream(path, std::ios::binary) << inputs[i];
    command += " '" + path + "'";
  }
  if (FILE* pipe = popen((command + " 2>&1").c_str(), "r")) {
    char piece[4096];
    while (size_t size = std::fread(piece, 1, sizeof piece, pipe)) {
      verdict.output.append(piece, size);
    }
    int status = pclose(pipe);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    verdict.skipped = code == 77 || code == 127;
    verdict.passed = code == 0;
  }
  std::filesystem::remove_all(folder);
  return verdict;
}

}  // namespace straykey
