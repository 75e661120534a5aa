// SPDX-License-Identifier: Apache-2.0
// A walk without recursion: a stack of open folders, each with its sorted names and the
// place it has come to. It holds the names of one folder for each level, so memory grows
// with the widest path, not with the tree; what it finds goes out in batches.
//
// Everything that is not looked at gets a word. A folder that is left out counts once,
// whatever is in it, because looking into it is what was to be avoided. Where a walk meets
// a repository inside its tree, git would see a wall; that repository has a history of its
// own, so the walk hands it over.
//
// A name is looked up by its whole path, and the file behind it is opened later, on another
// thread. Links are refused in the last component both times. Who can swap a folder above
// for a link in between can make us read a file that is not of the tree, but as ourselves
// and into a report that shows no content.
#include "scanner/source/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/source/file_source.h"

namespace straykey {
namespace {

// Larger ones are not believed: more is looked at then, not less.
constexpr off_t kMaxGitignoreBytes = 1 << 20;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// nullptr with errno set.
Directory open_directory(const std::string& path, FileBytes::Links links) {
  int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  if (links == FileBytes::Links::kRefuse) flags |= O_NOFOLLOW;
  int fd = ::open(path.c_str(), flags);
  if (fd < 0) return nullptr;
  Directory directory(::fdopendir(fd));
  if (!directory) ::close(fd);
  return directory;
}

}  // namespace

DirectorySource::DirectorySource(DirectoryOptions options) : options_(std::move(options)) {}

SourceCoverage DirectorySource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "folder";
  coverage.path = options_.root;
  return coverage;
}

std::unique_ptr<Batch> DirectorySource::next(Sink& sink) {
  if (!has_begun_) {
    has_begun_ = true;
    std::shared_ptr<const IgnoreScope> scope;
    for (const std::string& text : options_.ignore_texts) {
      scope = std::make_shared<IgnoreScope>(IgnoreScope{IgnoreRules::parse(text), 0, scope});
    }
    enter("", std::move(scope), Reach::kAll, sink);
  }
  Load load;
  while (!open_.empty() && load.files.size() < kBatchFiles && load.bytes < kBatchBytes) {
    if (open_.back().next == open_.back().entries.size()) {
      open_.pop_back();
    } else {
      visit(sink, load);
    }
  }
  if (load.files.empty()) return nullptr;
  return std::make_unique<FileBatch>(options_.root, std::move(load.files),
                                     FileBytes::Links::kRefuse);
}

// Lists the folder `path` ("" is the root) and puts it on the stack.
void DirectorySource::enter(const std::string& path, std::shared_ptr<const IgnoreScope> scope,
                            Reach reach, Sink& sink) {
  bool is_root = path.empty();
  Directory directory =
      open_directory(is_root && options_.root.empty() ? "." : shown(path),
                     is_root ? FileBytes::Links::kFollow : FileBytes::Links::kRefuse);
  if (!directory) {
    if (!is_root && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) {
      sink.left_out("vanished while scanning", shown(path));
    } else {
      sink.failed(shown(path), system_reason(errno));
    }
    return;
  }
  Folder folder;
  folder.prefix = is_root ? "" : path + "/";
  folder.scope = std::move(scope);
  folder.reach = reach;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (!entry) {
      if (errno != 0) sink.failed(shown(path), system_reason(errno));
      break;
    }
    ByteView name = entry->d_name;
    if (name == "." || name == ".." || (is_root && name == ".git")) continue;
    Type type = entry->d_type == DT_REG       ? Type::kFile
                : entry->d_type == DT_DIR     ? Type::kFolder
                : entry->d_type == DT_LNK     ? Type::kLink
                : entry->d_type == DT_UNKNOWN ? Type::kUnknown
                                              : Type::kSpecial;
    folder.entries.push_back({std::string(name), type});
  }
  std::sort(folder.entries.begin(), folder.entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });

  if (!is_root && looks_like_repository(folder.entries)) {
    if (options_.nested) {
      options_.nested(shown(path));
    } else {
      sink.left_out("nested repository", shown(path));
    }
    if (!has_always(path, true)) return;
    folder.reach = Reach::kNested;
  }
  if (folder.reach == Reach::kAll && options_.honour_gitignore) read_gitignore(folder);
  open_.push_back(std::move(folder));
}

bool DirectorySource::looks_like_repository(const std::vector<Entry>& entries) {
  auto has = [&](const char* name) {
    auto at = std::lower_bound(entries.begin(), entries.end(), name,
                               [](const Entry& a, const char* b) { return a.name < b; });
    return at != entries.end() && at->name == name;
  };
  return has(".git") || (has("HEAD") && has("objects") && has("refs"));
}

// Git reads no .gitignore that is a link, nor do we.
void DirectorySource::read_gitignore(Folder& folder) const {
  auto at = std::lower_bound(folder.entries.begin(), folder.entries.end(), ".gitignore",
                             [](const Entry& a, const char* b) { return a.name < b; });
  if (at == folder.entries.end() || at->name != ".gitignore") return;
  std::string path = shown(folder.prefix + ".gitignore");
  struct stat st;
  if (::lstat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return;
  if (st.st_size > kMaxGitignoreBytes) return;
  // One that cannot be read fails as a file of the tree, in its turn.
  auto file = FileBytes::read(path, FileBytes::Links::kRefuse);
  if (!file) return;
  IgnoreRules rules = IgnoreRules::parse(file->bytes());
  if (rules.empty()) return;
  folder.scope = std::make_shared<IgnoreScope>(
      IgnoreScope{std::move(rules), folder.prefix.size(), std::move(folder.scope)});
}

// Takes the next entry of the innermost folder.
void DirectorySource::visit(Sink& sink, Load& load) {
  Folder& folder = open_.back();
  Entry& entry = folder.entries[folder.next++];
  std::string path = folder.prefix + entry.name;
  Type type = entry.type;

  struct stat st = {};
  bool has_status = false;
  auto look = [&] {
    if (has_status) return true;
    if (::lstat(shown(path).c_str(), &st) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) {
        sink.left_out("vanished while scanning", shown(path));
      } else {
        sink.failed(shown(path), system_reason(errno));
      }
      return false;
    }
    has_status = true;
    type = type_of(st);
    return true;
  };
  if (type == Type::kUnknown && !look()) return;

  Reach reach = folder.reach;
  if (is_left_out(path, type == Type::kFolder, folder, reach, sink)) return;
  if (type == Type::kFolder) {
    enter(path, folder.scope, reach, sink);  // `folder` may move
    return;
  }
  bool needs_status = type == Type::kFile || (type == Type::kLink && options_.skip);
  if (needs_status && !look()) return;
  // Between the listing and now it may have become another thing.
  if (type == Type::kFile || type == Type::kLink) {
    if (options_.skip && options_.skip(path, st)) return;
  }
  if (type == Type::kFile) {
    Origin origin;
    origin.kind = options_.kind;
    origin.source = options_.source;
    origin.path = std::move(path);
    load.bytes += static_cast<uint64_t>(st.st_size);
    load.files.push_back(std::move(origin));
  } else {
    sink.left_out(type == Type::kLink ? "symbolic link" : "special file", shown(path));
  }
}

// True when a rule leaves `path` out. Else `reach` becomes what to look at below it, when
// it is a folder.
bool DirectorySource::is_left_out(const std::string& path, bool is_folder, const Folder& folder,
                                  Reach& reach, Sink& sink) const {
  if (options_.exclude.match(path, is_folder) == IgnoreRules::Verdict::kIgnore) {
    sink.left_out("excluded by configuration", shown(path));
    return true;
  }
  if (folder.reach == Reach::kAll) {
    if (verdict(folder.scope.get(), path, is_folder) != IgnoreRules::Verdict::kIgnore) {
      return false;
    }
    reach = Reach::kIgnored;
  }
  if (has_always(path, is_folder)) return false;
  if (reach == Reach::kIgnored) sink.left_out("ignored by .gitignore", shown(path));
  return true;
}

// Whether `path` is a file of `always`, or a folder above one.
bool DirectorySource::has_always(const std::string& path, bool is_folder) const {
  const auto& always = options_.always;
  if (!is_folder) return std::binary_search(always.begin(), always.end(), path);
  std::string prefix = path + "/";
  auto at = std::lower_bound(always.begin(), always.end(), prefix);
  return at != always.end() && at->starts_with(prefix);
}

std::string DirectorySource::shown(const std::string& path) const {
  return path.empty() ? options_.root : join_path(options_.root, path);
}

DirectorySource::Type DirectorySource::type_of(const struct stat& st) {
  if (S_ISREG(st.st_mode)) return Type::kFile;
  if (S_ISDIR(st.st_mode)) return Type::kFolder;
  return S_ISLNK(st.st_mode) ? Type::kLink : Type::kSpecial;
}

}  // namespace straykey
