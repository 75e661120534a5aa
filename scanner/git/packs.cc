// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/packs.h"

#include <dirent.h>

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
  for (const std::string& folder : layout.more_objects_dirs) add(folder, kAlternatesDepth, out);
  return out;
}

std::vector<std::string> pack_index_files(const std::vector<std::string>& objects_dirs) {
  std::vector<std::string> out;
  for (const std::string& objects_dir : objects_dirs) {
    std::string folder = objects_dir + "/pack";
    std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
    if (!open) continue;
    auto first = static_cast<std::ptrdiff_t>(out.size());
    while (const dirent* entry = ::readdir(open.get())) {
      std::string name = entry->d_name;
      if (name.ends_with(".idx")) out.push_back(folder + "/" + name);
    }
    std::sort(out.begin() + first, out.end());
  }
  return out;
}

}  // namespace straykey
