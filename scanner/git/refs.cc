// SPDX-License-Identifier: Apache-2.0
// Refs are files: refs/heads/main holds an object name, HEAD holds "ref: refs/heads/main",
// and packed-refs holds many names in lines. A file wins over a line of the same name.
// Every linked work tree has a HEAD and a few refs of its own under worktrees/.
//
// All of them are read into one table first. Symbolic refs are then looked up in that
// table and never on disk, so that no "ref: ../../somewhere" leads out of the repository.
//
// Repositories whose refs are not files (reftable) are asked of git.
#include "scanner/git/refs.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/git/process.h"

namespace straykey {
namespace {

constexpr int kSymbolicDepth = 5;  // git's limit
constexpr int kFolderDepth = 100;  // of "a/b/c" in a ref's name
constexpr ByteView kSymbolic = "ref:";

ByteView trim(ByteView text) {
  constexpr ByteView kBlanks = " \t\r\n\v\f";
  size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  size_t end = text.find_last_not_of(kBlanks);
  return end == ByteView::npos ? ByteView() : text.substr(begin, end + 1 - begin);
}

// The names in a folder, in order. No folder has no names.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), &::closedir);
  if (!open) {
    if (errno == ENOENT || errno == ENOTDIR) return names;
    return Error{folder + ": " + system_reason(errno)};
  }
  while (const dirent* entry = ::readdir(open.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Calls `line` with every line of the text and its number from 1.
template <class Line>
void each_line(ByteView text, Line line) {
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    line(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

class FileRefs {
 public:
  explicit FileRefs(const RepositoryLayout& layout) : layout_(layout) {}

  Refs read() {
    const std::string& common = layout_.common_dir;
    read_packed(common + "/packed-refs");
    read_folder(common + "/refs", "refs", kFolderDepth);
    read_loose(layout_.git_dir + "/HEAD", "HEAD");
    if (layout_.git_dir != common) read_loose(common + "/HEAD", "main-worktree/HEAD");
    auto worktrees = names_in(common + "/worktrees");
    if (!worktrees) out_.broken.push_back(worktrees.error());
    for (const std::string& id : worktrees ? *worktrees : std::vector<std::string>()) {
      std::string name = "worktrees/" + id;
      read_loose(common + "/" + name + "/HEAD", name + "/HEAD");
      read_folder(common + "/" + name + "/refs", name + "/refs", kFolderDepth);
    }
    resolve_symbolic();
    read_stash(common + "/logs/refs/stash");
    for (auto& [name, id] : ids_) out_.refs.push_back({name, id});
    return std::move(out_);
  }

 private:
  void add_broken(const std::string& where, const std::string& what) {
    out_.broken.push_back(Error{where + ": " + what});
  }

  // An object name in this repository's format, but not the null one.
  std::optional<ObjectId> parse_id(ByteView text) const {
    if (text.size() != 2 * id_bytes(layout_.format)) return std::nullopt;
    auto id = ObjectId::from_hex(text);
    return id && !id->is_null() ? id : std::nullopt;
  }

  // "# pack-refs with: ...", "<id> <name>", and "^<id>" for what the tag above points to.
  void read_packed(const std::string& file) {
    struct stat st;
    if (::stat(file.c_str(), &st) != 0 && errno == ENOENT) return;
    auto bytes = FileBytes::read(file);
    if (!bytes) return out_.broken.push_back(bytes.error());
    size_t digits = 2 * id_bytes(layout_.format);
    each_line(bytes->bytes(), [&](ByteView line, size_t number) {
      line = trim(line);
      if (line.empty() || line[0] == '#' || line[0] == '^') return;
      auto id = parse_id(line.substr(0, digits));
      ByteView name = line.substr(std::min(digits + 1, line.size()));
      if (!id || name.empty() || line[digits] != ' ') {
        return add_broken(file, "line " + std::to_string(number) + " is not a ref");
      }
      ids_[std::string(name)] = *id;
    });
  }

  void read_folder(const std::string& folder, const std::string& name, int depth) {
    if (depth == 0) return add_broken(folder, "is too deep for a ref");
    auto children = names_in(folder);
    if (!children) return out_.broken.push_back(children.error());
    for (const std::string& child : *children) {
      std::string path = folder + "/" + child;
      std::string child_name = name + "/" + child;
      struct stat st;
      if (::lstat(path.c_str(), &st) != 0) continue;  // deleted while we read
      if (S_ISDIR(st.st_mode)) {
        read_folder(path, child_name, depth - 1);
      } else if (!child.ends_with(".lock")) {
        read_loose(path, child_name);
      }
    }
  }

  void read_loose(const std::string& file, const std::string& name) {
    // HEAD was once a symbolic link to a branch.
    char link[PATH_MAX];
    ssize_t length = ::readlink(file.c_str(), link, sizeof link);
    ByteView target(link, static_cast<size_t>(std::max<ssize_t>(length, 0)));
    if (target.starts_with("refs/")) {
      symbolic_[name] = {std::string(target), file};
      return;
    }
    auto text = read_file(file);
    if (!text) return out_.broken.push_back(text.error());
    if (text->starts_with(kSymbolic)) {
      symbolic_[name] = {std::string(trim(ByteView(*text).substr(kSymbolic.size()))), file};
      return;
    }
    auto id = parse_id(trim(*text));
    if (!id) return add_broken(file, "is not a ref; it holds no object name");
    ids_[name] = *id;
  }

  void resolve_symbolic() {
    std::map<std::string, ObjectId> resolved;
    for (const auto& [name, symbolic] : symbolic_) {
      const std::string* target = &symbolic.target;
      int depth = 1;
      for (auto next = symbolic_.find(*target); next != symbolic_.end();
           next = symbolic_.find(*target)) {
        target = &next->second.target;
        if (++depth > kSymbolicDepth) break;
      }
      if (depth > kSymbolicDepth) {
        add_broken(symbolic.file, "points to a ref that points on, too many times");
      } else if (auto found = ids_.find(*target); found != ids_.end()) {
        resolved[name] = found->second;
      }
    }
    for (const auto& [name, id] : resolved) ids_[name] = id;
  }

  // "<old id> <new id> <person> <time>\t<message>" a line, the newest last: that one is
  // refs/stash itself, and the others hang on nothing but this file.
  void read_stash(const std::string& file) {
    struct stat st;
    if (::stat(file.c_str(), &st) != 0 && errno == ENOENT) return;
    auto bytes = FileBytes::read(file);
    if (!bytes) return out_.broken.push_back(bytes.error());
    size_t digits = 2 * id_bytes(layout_.format);
    std::vector<std::optional<ObjectId>> entries;
    each_line(bytes->bytes(), [&](ByteView line, size_t number) {
      entries.push_back(line.size() > digits ? parse_id(line.substr(digits + 1, digits))
                                             : std::nullopt);
      if (!entries.back()) {
        add_broken(file, "line " + std::to_string(number) + " is not a stash entry");
      }
    });
    for (size_t i = 0; i + 1 < entries.size(); ++i) {
      std::string name = "stash@{" + std::to_string(entries.size() - 1 - i) + "}";
      if (entries[i]) ids_[name] = *entries[i];
    }
  }

  struct Symbolic {
    std::string target;
    std::string file;
  };

  const RepositoryLayout& layout_;
  std::map<std::string, ObjectId> ids_;
  std::map<std::string, Symbolic> symbolic_;
  Refs out_;
};

// `names` that git resolves, asked of one process; the others are left out, as they are
// unborn branches.
Result<std::vector<Ref>> resolve_by_git(const RepositoryLayout& layout,
                                        const std::vector<std::string>& names) {
  std::vector<Ref> refs;
  auto git = GitProcess::start(layout, {"cat-file", "--batch-check=%(objectname)"});
  if (!git) return git.error();
  for (const std::string& name : names) {
    auto written = git->write(name + "\n");
    if (!written) return written.error();
    auto line = git->read_line();
    if (!line) return line.error();
    if (auto id = ObjectId::from_hex(*line)) refs.push_back({name, *id});
  }
  return refs;
}

Result<Refs> read_refs_by_git(const RepositoryLayout& layout) {
  Refs out;
  auto lines = git_output(layout, {"for-each-ref", "--format=%(objectname) %(refname)"});
  if (!lines) return lines.error();
  bool stash = false;
  each_line(*lines, [&](ByteView line, size_t) {
    size_t space = std::min(line.find(' '), line.size());
    std::string name(line.substr(std::min(space + 1, line.size())));
    auto id = ObjectId::from_hex(line.substr(0, space));
    if (!id) return out.broken.push_back(Error{"git: '" + name + "' has no object name"});
    stash = stash || name == "refs/stash";
    out.refs.push_back({std::move(name), *id});
  });

  std::vector<std::string> heads = {"HEAD"};
  if (layout.git_dir != layout.common_dir) heads.push_back("main-worktree/HEAD");
  auto worktrees = names_in(layout.common_dir + "/worktrees");
  if (!worktrees) return worktrees.error();
  for (const std::string& id : *worktrees) heads.push_back("worktrees/" + id + "/HEAD");
  auto resolved = resolve_by_git(layout, heads);
  if (!resolved) return resolved.error();
  out.refs.insert(out.refs.end(), resolved->begin(), resolved->end());

  if (stash) {
    auto entries = git_output(layout, {"rev-list", "--walk-reflogs", "refs/stash", "--"});
    if (!entries) return entries.error();
    each_line(*entries, [&](ByteView line, size_t number) {
      auto id = ObjectId::from_hex(line);
      if (!id || number == 1) return;
      out.refs.push_back({"stash@{" + std::to_string(number - 1) + "}", *id});
    });
  }
  std::sort(out.refs.begin(), out.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return out;
}

}  // namespace

Result<Refs> read_refs(const RepositoryLayout& layout) {
  if (layout.reftable) return read_refs_by_git(layout);
  return FileRefs(layout).read();
}

bool is_branch(const Ref& ref) {
  return ref.name == "HEAD" || ref.name.starts_with("refs/heads/") ||
         ref.name.starts_with("refs/remotes/");
}

}  // namespace straykey
