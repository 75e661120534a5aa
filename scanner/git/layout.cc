// SPDX-License-Identifier: Apache-2.0
// A repository is a folder with HEAD, objects/ and refs/. How one gets there varies:
//
//   work tree      project/.git/
//   linked         project2/.git, a file "gitdir: /project/.git/worktrees/project2", where
//                  HEAD and index are, and a file "commondir" ("../..") leads to the rest
//   submodule      project/lib/.git, a file "gitdir: ../.git/modules/lib"
//   bare           project.git/
//
// A folder .git that holds nothing of a repository is a folder. One that lost its HEAD is a
// broken repository, and says so: what nobody can open must not look clean.
#include "scanner/git/layout.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "scanner/base/file.h"
#include "scanner/git/config.h"

namespace straykey {
namespace {

bool exists(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0;
}

bool is_folder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

bool is_file(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode);
}

// Absolute, without "." and "..", symbolic links resolved; "" when there is no such path.
std::string real_path(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                   &std::free);
  return real ? real.get() : "";
}

std::string parent_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string child_of(const std::string& folder, const std::string& name) {
  return folder == "/" ? folder + name : folder + "/" + name;
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// `target` as seen from `folder`.
std::string resolve(const std::string& folder, const std::string& target) {
  return real_path(!target.empty() && target[0] == '/' ? target : folder + "/" + target);
}

bool holds_repository(const std::string& folder) {
  return is_folder(folder + "/objects") &&
         (is_folder(folder + "/refs") || is_folder(folder + "/reftable"));
}

bool is_git_dir(const std::string& folder) {
  return exists(folder + "/HEAD") &&
         (is_file(folder + "/commondir") || holds_repository(folder));
}

// The folder that a file "gitdir: PATH" names.
Result<std::string> follow_git_file(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  constexpr ByteView kPrefix = "gitdir: ";
  if (!text->starts_with(kPrefix)) {
    return Error{file + ": is not a folder and does not begin with 'gitdir: '"};
  }
  std::string target = without_line_end(text->substr(kPrefix.size()));
  std::string folder = resolve(parent_of(file), target);
  if (folder.empty()) return Error{file + ": points to a folder that does not exist"};
  if (!is_git_dir(folder)) return Error{file + ": points to a folder that is no repository"};
  return folder;
}

Result<std::string> common_dir_of(const std::string& git_dir) {
  std::string file = git_dir + "/commondir";
  if (!exists(file)) return git_dir;
  auto text = read_file(file);
  if (!text) return text.error();
  std::string folder = resolve(git_dir, without_line_end(*text));
  if (folder.empty()) return Error{file + ": points to a folder that does not exist"};
  if (!holds_repository(folder)) {
    return Error{file + ": points to a folder that is no repository"};
  }
  return folder;
}

bool has_promisor_pack(const std::string& objects_dir) {
  std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir((objects_dir + "/pack").c_str()),
                                             &::closedir);
  if (!folder) return false;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (ByteView(entry->d_name).ends_with(".promisor")) return true;
  }
  return false;
}

// Fills in what the configuration says, and gives it back for `core.bare`.
Result<GitConfig> read_config(RepositoryLayout& layout) {
  std::string file = layout.common_dir + "/config";
  if (!exists(file)) return GitConfig{};
  auto text = read_file(file);
  if (!text) return text.error();
  GitConfig config = parse_git_config(*text);
  auto value = [&](const char* key, const char* otherwise) {
    auto found = config.find(key);
    return found == config.end() ? std::string(otherwise) : found->second;
  };

  std::string version = value("core.repositoryformatversion", "0");
  if (version != "0" && version != "1") {
    return Error{file + ": repository format version '" + version + "' is not known"};
  }
  std::string format = value("extensions.objectformat", "sha1");
  if (format != "sha1" && format != "sha256") {
    return Error{file + ": object format '" + format + "' is not known"};
  }
  layout.format = format == "sha256" ? ObjectFormat::kSha256 : ObjectFormat::kSha1;
  layout.reftable = value("extensions.refstorage", "files") != "files";
  layout.partial = config.count("extensions.partialclone") > 0;
  for (const auto& [key, ignored] : config) {
    if (key.starts_with("remote.") && key.ends_with(".promisor") && is_true(config, key)) {
      layout.partial = true;
    }
  }
  return config;
}

Result<std::vector<ObjectId>> read_shallow(const RepositoryLayout& layout) {
  std::vector<ObjectId> out;
  std::string file = layout.common_dir + "/shallow";
  if (!exists(file)) return out;
  auto text = read_file(file);
  if (!text) return text.error();
  for (size_t begin = 0; begin < text->size();) {
    size_t end = std::min(text->find('\n', begin), text->size());
    auto id = ObjectId::from_hex(ByteView(*text).substr(begin, end - begin));
    if (!id || end - begin != 2 * id_bytes(layout.format)) {
      return Error{file + ": line " + std::to_string(out.size() + 1) +
                   " is not the name of a commit"};
    }
    out.push_back(*id);
    begin = end + 1;
  }
  return out;
}

// The work tree of a repository that was named by its git dir: the folder around ".git",
// or for a linked work tree the one that its file "gitdir" leads back to.
std::string work_tree_of(const RepositoryLayout& layout, const GitConfig& config) {
  if (layout.git_dir != layout.common_dir) {
    auto back = read_file(layout.git_dir + "/gitdir");
    if (!back) return "";
    return resolve(layout.git_dir, parent_of(without_line_end(*back)));
  }
  if (name_of(layout.git_dir) != ".git" || is_true(config, "core.bare")) return "";
  return parent_of(layout.git_dir);
}

enum class FoundBy { kWorkTree, kGitDir };

Result<std::optional<RepositoryLayout>> open_layout(const std::string& git_dir,
                                                    const std::string& path, FoundBy found) {
  RepositoryLayout layout;
  layout.git_dir = git_dir;
  auto common_dir = common_dir_of(git_dir);
  if (!common_dir) return common_dir.error();
  layout.common_dir = *common_dir;
  layout.objects_dir = layout.common_dir + "/objects";
  auto config = read_config(layout);
  if (!config) return config.error();
  layout.partial = layout.partial || has_promisor_pack(layout.objects_dir);
  auto shallow = read_shallow(layout);
  if (!shallow) return shallow.error();
  layout.shallow = std::move(*shallow);
  layout.work_tree = found == FoundBy::kWorkTree ? path : work_tree_of(layout, *config);
  return std::optional(std::move(layout));
}

// `path` is real.
Result<std::optional<RepositoryLayout>> open_at(const std::string& path) {
  std::optional<RepositoryLayout> none;
  if (!is_folder(path)) {
    if (name_of(path) != ".git") return none;
    auto git_dir = follow_git_file(path);
    if (!git_dir) return git_dir.error();
    return open_layout(*git_dir, parent_of(path), FoundBy::kWorkTree);
  }

  std::string dot_git = child_of(path, ".git");
  if (is_folder(dot_git)) {
    std::string git_dir = real_path(dot_git);
    if (is_git_dir(git_dir)) return open_layout(git_dir, path, FoundBy::kWorkTree);
    if (::access(git_dir.c_str(), R_OK | X_OK) != 0) {
      return Error{dot_git + ": " + system_reason(errno)};
    }
    if (is_folder(git_dir + "/objects")) {
      return Error{dot_git + ": is a broken repository, its HEAD or refs are missing"};
    }
  } else if (is_file(dot_git)) {
    return open_at(dot_git);
  }
  if (is_git_dir(path)) return open_layout(path, path, FoundBy::kGitDir);
  return none;
}

}  // namespace

Result<std::optional<RepositoryLayout>> repository_at(const std::string& path) {
  std::string real = real_path(path);
  if (real.empty()) return std::optional<RepositoryLayout>();
  return open_at(real);
}

Result<std::optional<RepositoryLayout>> repository_above(const std::string& path) {
  std::string folder = real_path(path);
  while (!folder.empty()) {
    auto found = open_at(folder);
    if (!found || *found || folder == "/") return found;
    folder = parent_of(folder);
  }
  return std::optional<RepositoryLayout>();
}

}  // namespace straykey
