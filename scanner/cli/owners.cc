// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/owners.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "scanner/base/file.h"
#include "scanner/base/text.h"

namespace straykey {
namespace {

using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

void read_codeowners(const ReadFile& read, bool is_gitlab, RepositoryOwners& out) {
  for (ByteView path : kCodeownersPaths) {
    const std::optional<std::string> text = read(std::string(path));
    if (!text) continue;
    out.codeowners_path = path;
    out.codeowners = Codeowners::parse(*text, codeowners_dialect(path, *text, is_gitlab));
    return;
  }
}

IgnoreRules rules_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return IgnoreRules::parse(text);
}

}  // namespace

std::string repository_slug(ByteView address) {
  const size_t scheme = address.find("://");
  if (scheme != ByteView::npos) {
    address.remove_prefix(scheme + 3);
    const size_t slash = address.find('/');
    if (slash == ByteView::npos) return "";
    address.remove_prefix(slash + 1);
  } else {  // [user@]host:org/name; a path otherwise
    const size_t colon = address.find(':');
    if (colon == ByteView::npos || address.substr(0, colon).find('/') != ByteView::npos) return "";
    address.remove_prefix(colon + 1);
  }
  while (address.starts_with('/')) address.remove_prefix(1);
  while (address.ends_with('/')) address.remove_suffix(1);
  if (address.ends_with(".git")) address.remove_suffix(4);
  return address.find('/') == ByteView::npos ? "" : lower(address);
}

RepositoryOwners repository_owners(RepositorySource& repository) {
  RepositoryOwners out;
  const std::string address = repository.remote_address();
  out.slug = repository_slug(address);
  const auto read = [&](const std::string& path) {
    return repository.file_at_head(path, Codeowners::kMostBytes);
  };
  const size_t user = address.find('@');
  const std::string place = lower(user == std::string::npos ? address : address.substr(user));
  const bool is_gitlab = place.find("gitlab") != std::string::npos || read(".gitlab-ci.yml");
  read_codeowners(read, is_gitlab, out);
  return out;
}

RepositoryOwners folder_owners(const std::string& path) {
  RepositoryOwners out;
  const auto read = [&](const std::string& file) -> std::optional<std::string> {
    auto bytes = FileBytes::read(path + "/" + file, FileBytes::Links::kRefuse);
    if (!bytes || bytes->bytes().size() > Codeowners::kMostBytes) return std::nullopt;
    return std::string(bytes->bytes());
  };
  read_codeowners(read, read(".gitlab-ci.yml").has_value(), out);
  return out;
}

std::vector<OwnerRule> owner_rules(const ScanOptions& options) {
  std::vector<OwnerRule> out;
  for (const OwnerTable& table : options.owners)
    out.push_back({table.repository, rules_of(table.paths), table.owner, OwnerKind::kUnknown});
  return out;
}

std::vector<EnvironmentRule> environment_rules(const ScanOptions& options) {
  std::vector<EnvironmentRule> out;
  for (const EnvironmentTable& table : options.environments)
    out.push_back({table.repository, rules_of(table.paths), environment_of_word(table.name)});
  return out;
}

}  // namespace straykey
