// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/source_name.h"

#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/base/text.h"
#include "scanner/git/config.h"
#include "scanner/git/layout.h"

namespace straykey {

std::string remote_name(const std::string& url) {
  // https://git-scm.com/docs/git-clone#_git_urls
  std::string host, path;
  size_t scheme = url.find("://");
  if (scheme != std::string::npos) {
    if (url.starts_with("file:")) return "";
    size_t begin = scheme + 3, slash = url.find('/', begin);
    if (slash == std::string::npos) return "";
    host = url.substr(begin, slash - begin);
    path = url.substr(slash + 1);
    path.resize(std::min(path.size(), path.find_first_of("?#")));
  } else {
    size_t colon = url.find(':');
    if (colon == std::string::npos || url.find('/') < colon) return "";  // a path
    host = url.substr(0, colon);
    path = url.substr(colon + 1);
  }
  size_t user = host.rfind('@');
  if (user != std::string::npos) host.erase(0, user + 1);
  while (!path.empty() && path.front() == '/') path.erase(0, 1);
  while (!path.empty() && path.back() == '/') path.pop_back();
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  return host.empty() || path.empty() ? "" : lower(host) + "/" + path;
}

std::string source_name(const SourceCoverage& source) {
  if (source.kind == "stream") return "-";
  if (source.kind == "repository") {
    auto layout = source.path == "." ? repository_above(source.path) : repository_at(source.path);
    if (layout && *layout) {
      auto config = read_file((*layout)->common_dir + "/config");
      if (config) {
        GitConfig values = parse_git_config(*config);
        auto remote = values.find("remote.origin.url");
        std::string name = remote == values.end() ? "" : remote_name(remote->second);
        if (!name.empty()) return name;
      }
      const RepositoryLayout& of = **layout;
      return of.work_tree.empty() ? of.git_dir : of.work_tree;
    }
  }
  std::error_code failed;
  std::string path = std::filesystem::canonical(source.path, failed).string();
  return failed ? source.path : path;
}

std::vector<std::string> source_names(const Coverage& coverage) {
  std::vector<std::string> out;
  for (const SourceCoverage& source : coverage.sources) out.push_back(source_name(source));
  return out;
}

}  // namespace straykey
