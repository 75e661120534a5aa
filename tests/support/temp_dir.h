// SPDX-License-Identifier: Apache-2.0
// A folder of a test's own, which goes with it.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace straykey {

class TempDir {
 public:
  TempDir() {
    const char* base = std::getenv("TMPDIR");
    path_ = std::string(base && *base ? base : "/tmp") + "/straykey-test-XXXXXX";
    if (!::mkdtemp(path_.data())) {
      std::perror(path_.c_str());
      std::abort();
    }
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // `relative` below this folder.
  std::string operator/(std::string_view relative) const {
    return path_ + "/" + std::string(relative);
  }

  // Writes a file and the folders above it; gives its path.
  std::string write(std::string_view relative, std::string_view bytes) const {
    std::filesystem::path file = *this / relative;
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }

  std::string read(std::string_view relative) const {
    std::ifstream file(*this / relative, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Runs a shell command in this folder; gives its exit code.
  int run(const std::string& command) const {
    int status = std::system(("cd '" + path_ + "' && { " + command + "\n}").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::string path_;
};

}  // namespace straykey
