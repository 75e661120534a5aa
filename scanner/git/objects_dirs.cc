// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/objects_dirs.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "scanner/base/file.h"

namespace straykey {
namespace {

constexpr int kAlternatesDepth = 5;  // git's limit

// A folder that is met twice is taken once, under whatever name, so that circles end.
void add(const std::string& folder, int depth, std::vector<std::string>& out) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder.c_str(), nullptr),
                                                   &std::free);
  if (!real || std::find(out.begin(), out.end(), real.get()) != out.end()) return;
  std::string objects_dir = real.get();
  out.push_back(objects_dir);
  if (depth == 0) return;
  auto text = read_file(objects_dir + "/info/alternates");
  if (!text) return;
  for (size_t begin = 0; begin < text->size();) {
    size_t end = std::min(text->find('\n', begin), text->size());
    std::string line = text->substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line[0] == '#') continue;
    add(line[0] == '/' ? line : objects_dir + "/" + line, depth - 1, out);
  }
}

}  // namespace

std::vector<std::string> all_objects_dirs(const RepositoryLayout& layout) {
  std::vector<std::string> out;
  add(layout.objects_dir, kAlternatesDepth, out);
  return out;
}

}  // namespace straykey
