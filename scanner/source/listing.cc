// SPDX-License-Identifier: Apache-2.0
// Folders that wait stand in one row, in the order in which the walk will come to them. To list
// one takes it out and puts the folders below it in its place, so that the row stays in order
// whoever lists, and its front is always what will be missed first. A walk that comes to a
// folder in work waits for it; it can do so because listing waits for nothing.
//
// A folder is opened by its name in the folder above, whose descriptor stays open as long as
// something in it waits to be opened: no path is resolved twice, and nobody can swap a folder
// above for a link meanwhile. When too many are open (a deep tree of wide folders), a folder
// gives up its own, and what is in it is opened by its path from the root. Links are refused in
// the last component then, and who can swap one above can make us read a file that is not of
// the tree, but as ourselves and into a report that shows no content.
#include "scanner/source/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "scanner/source/file_source.h"

namespace straykey {
namespace {

using Fate = ListedFolder::Fate;
using Reach = ListedFolder::Reach;

// Larger ones are not believed: more is looked at then, not less.
constexpr off_t kMaxGitignoreBytes = 1 << 20;
constexpr size_t kMostOpen = 256;

// A part of what the limit leaves: files and other sources need some as well.
size_t most_open() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return std::min<size_t>(kMostOpen, limit.rlim_cur / 4);
}

FileReader::ShortRead short_reads_of(int fd) {
  struct statfs about;
  if (::fstatfs(fd, &about) != 0) return FileReader::ShortRead::kSaysNothing;
  constexpr unsigned kXfs = 0x58465342, kF2fs = 0xF2F52010, kZfs = 0x2FC12FC1;
  switch (static_cast<unsigned>(about.f_type)) {
    case EXT4_SUPER_MAGIC:  // and ext2 and ext3
    case TMPFS_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case kXfs:
    case kF2fs:
    case kZfs: return FileReader::ShortRead::kIsTheEnd;
  }
  return FileReader::ShortRead::kSaysNothing;
}

bool is_gone(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace

struct Listing::Name {
  enum class Type : uint8_t { kUnknown, kFile, kFolder, kLink, kSpecial };
  uint32_t at = 0;  // in ListedFolder::names
  Type type = Type::kUnknown;
  uint64_t inode = 0;

  static Type of_listed(unsigned char type) {
    switch (type) {
      case DT_REG: return Type::kFile;
      case DT_DIR: return Type::kFolder;
      case DT_LNK: return Type::kLink;
      case DT_UNKNOWN: return Type::kUnknown;
    }
    return Type::kSpecial;
  }
  static Type of_mode(mode_t mode) {
    if (S_ISREG(mode)) return Type::kFile;
    if (S_ISDIR(mode)) return Type::kFolder;
    return S_ISLNK(mode) ? Type::kLink : Type::kSpecial;
  }
};

namespace {

// The name in the sorted `names`, or nullptr.
template <class Name>
const Name* find_name(const std::string& text, const std::vector<Name>& names,
                      const char* wanted) {
  auto at = std::lower_bound(
      names.begin(), names.end(), wanted,
      [&](const Name& a, const char* b) { return std::strcmp(text.c_str() + a.at, b) < 0; });
  bool is_there = at != names.end() && std::strcmp(text.c_str() + at->at, wanted) == 0;
  return is_there ? &*at : nullptr;
}

}  // namespace

Listing::Listing(const DirectoryOptions& options)
    : options_(options),
      root_bytes_(join_path(options.root, "x").size() - 1),
      most_open_(most_open()),
      open_(std::make_shared<std::atomic<size_t>>(0)),
      root_(std::make_shared<ListedFolder>()) {
  for (const std::string& text : options_.ignore_texts) {
    root_->scope = std::make_shared<IgnoreScope>(
        IgnoreScope{IgnoreRules::parse(text), 0, std::move(root_->scope)});
  }
  root_->place = waiting_.insert(waiting_.end(), root_);
}

void Listing::take(ListedFolder& folder) {
  std::unique_lock lock(mutex_);
  if (folder.state == ListedFolder::State::kWaiting) {
    ++ahead_;
    work_on(folder, lock);
  } else {
    done_.wait(lock, [&] { return folder.state == ListedFolder::State::kDone; });
  }
  --ahead_;
}

void Listing::list_ahead(size_t most) {
  std::unique_lock lock(mutex_);
  for (; most > 0 && ahead_ < kAhead; --most) {
    auto next = std::find_if(waiting_.begin(), waiting_.end(), [](const auto& folder) {
      return folder->state == ListedFolder::State::kWaiting;
    });
    if (next == waiting_.end()) return;
    std::shared_ptr<ListedFolder> folder = *next;
    ++ahead_;
    work_on(*folder, lock);
  }
}

// Lists the folder without the lock and puts those below it in its place.
void Listing::work_on(ListedFolder& folder, std::unique_lock<std::mutex>& lock) {
  folder.state = ListedFolder::State::kInWork;
  lock.unlock();
  list(folder);
  lock.lock();
  for (const auto& below : folder.below) below->place = waiting_.insert(folder.place, below);
  folder.state = ListedFolder::State::kDone;
  waiting_.erase(folder.place);  // what `folder` is held by elsewhere lives on
  done_.notify_all();
}

void Listing::list(ListedFolder& folder) const {
  if (!open(folder)) return;
  std::vector<Name> names = read_names(folder);
  auto has = [&](const char* name) { return find_name(folder.names, names, name) != nullptr; };
  if (!folder.path.empty() && (has(".git") || (has("HEAD") && has("objects") && has("refs")))) {
    folder.is_repository = true;
    folder.reach = Reach::kNested;
    if (!has_always(folder.path, true)) return;
  }
  if (folder.reach == Reach::kAll && options_.honour_gitignore) read_gitignore(folder, names);
  // Until here the descriptor was needed; `own` closes it when it is one too many.
  std::shared_ptr<const FileHandle> own = folder.open.handle;
  if (*open_ > most_open_ && !folder.path.empty()) {
    folder.open.handle = root_->open.handle;
    folder.open.is_own = false;
  }
  judge(folder, names);
}

bool Listing::open(ListedFolder& folder) const {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
  bool is_root = folder.path.empty();
  int fd = -1;
  if (is_root) {
    fd = ::open(options_.root.empty() ? "." : options_.root.c_str(), kFlags);
  } else if (root_bytes_ + folder.path.size() >= PATH_MAX) {
    errno = ENAMETOOLONG;
  } else {
    fd = ::openat(folder.above->handle->fd(), folder.above->relative(folder.path),
                  kFlags | O_NOFOLLOW);
    folder.above.reset();
    folder.open.prefix = folder.path + "/";
  }
  if (fd < 0) {
    folder.open_error = errno;
    return false;
  }
  ++*open_;
  folder.open.is_own = true;
  folder.open.short_read = short_reads_of(fd);
  folder.open.handle = std::shared_ptr<const FileHandle>(
      new FileHandle(fd), [open = open_](const FileHandle* handle) {
        delete handle;
        --*open;
      });
  return true;
}

std::vector<Listing::Name> Listing::read_names(ListedFolder& folder) const {
  std::vector<Name> names;
  alignas(dirent64) char buffer[32u << 10];
  for (;;) {
    ssize_t bytes = ::getdents64(folder.open.handle->fd(), buffer, sizeof buffer);
    if (bytes < 0) folder.list_error = errno;
    if (bytes <= 0) break;
    for (ssize_t at = 0; at < bytes;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      const char* name = entry->d_name;
      if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
      if (folder.path.empty() && std::strcmp(name, ".git") == 0) continue;
      names.push_back({static_cast<uint32_t>(folder.names.size()),
                       Name::of_listed(entry->d_type), entry->d_ino});
      folder.names.append(name, std::strlen(name) + 1);
    }
  }
  std::sort(names.begin(), names.end(), [&](const Name& a, const Name& b) {
    return std::strcmp(folder.names.c_str() + a.at, folder.names.c_str() + b.at) < 0;
  });
  return names;
}

// Git reads no .gitignore that is a link, nor do we.
void Listing::read_gitignore(ListedFolder& folder, const std::vector<Name>& names) const {
  if (!find_name(folder.names, names, ".gitignore")) return;
  int above = folder.open.handle->fd();
  struct stat st;
  if (::fstatat(above, ".gitignore", &st, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISREG(st.st_mode) || st.st_size > kMaxGitignoreBytes) return;
  // One that cannot be read fails as a file of the tree, in its turn.
  FileHandle file = FileReader::open(above, ".gitignore", FileBytes::Links::kRefuse);
  if (!file) return;
  FileReader reader;
  auto text = reader.read(file, folder.open.short_read);
  if (!text) return;
  IgnoreRules rules = IgnoreRules::parse(*text);
  if (rules.empty()) return;
  folder.scope = std::make_shared<IgnoreScope>(
      IgnoreScope{std::move(rules), folder.open.prefix.size(), std::move(folder.scope)});
}

void Listing::judge(ListedFolder& folder, const std::vector<Name>& names) const {
  folder.entries.reserve(names.size());
  auto open_folder = std::make_shared<const OpenFolder>(folder.open);
  std::string path = folder.open.prefix;
  size_t files = 0;
  bool are_large = false;
  for (const Name& name : names) {
    path.resize(folder.open.prefix.size());
    path += folder.names.c_str() + name.at;
    Name::Type type = name.type;
    ListedFolder::Entry entry{name.at, Fate::kFile, 0, name.inode};
    auto keep = [&](Fate fate, uint64_t value = 0) {
      entry.fate = fate;
      entry.value = value;
      folder.entries.push_back(entry);
    };
    bool is_long = root_bytes_ + path.size() >= PATH_MAX;
    struct stat st = {};
    bool has_status = false;
    // The errno, or 0.
    auto look = [&] {
      if (has_status) return 0;
      if (is_long) return ENAMETOOLONG;
      int failed = ::fstatat(folder.open.handle->fd(), folder.open.relative(path), &st,
                             AT_SYMLINK_NOFOLLOW);
      if (failed) return errno;
      has_status = true;
      type = Name::of_mode(st.st_mode);
      return 0;
    };
    auto keep_error = [&](int error) {
      keep(is_gone(error) ? Fate::kVanished : Fate::kFailed, static_cast<uint64_t>(error));
    };
    if (type == Name::Type::kUnknown) {
      if (int error = look()) {
        keep_error(error);
        continue;
      }
    }
    Reach reach = folder.reach;
    if (auto fate = left_out(folder, path, type == Name::Type::kFolder, reach)) {
      if (*fate != Fate::kNoWord) keep(*fate);
      continue;
    }
    if (type == Name::Type::kFolder) {
      keep(Fate::kFolder, folder.below.size());
      auto below = std::make_shared<ListedFolder>();
      below->path = path;
      below->above = open_folder;
      below->scope = folder.scope;
      below->reach = reach;
      folder.below.push_back(std::move(below));
      continue;
    }
    if (options_.skip && (type == Name::Type::kFile || type == Name::Type::kLink)) {
      if (int error = look()) {
        keep_error(error);
        continue;
      }
      // Since it was listed it may have become another thing.
      bool can_skip = type == Name::Type::kFile || type == Name::Type::kLink;
      if (can_skip && options_.skip(path, st)) continue;
    }
    if (type != Name::Type::kFile) {
      keep(type == Name::Type::kLink ? Fate::kLink : Fate::kSpecial);
      continue;
    }
    if (is_long) {
      keep(Fate::kFailed, ENAMETOOLONG);
      continue;
    }
    if (are_large || files++ % kSample == 0) (void)look();  // else reading it will tell
    uint64_t size = has_status ? static_cast<uint64_t>(st.st_size) : 0;
    are_large = are_large || size >= kLargeBytes;
    keep(Fate::kFile, size);
  }
}

// Why `path` is not looked at, or nothing. Then `reach` becomes what to look at below it, when
// it is a folder.
std::optional<Fate> Listing::left_out(const ListedFolder& folder, const std::string& path,
                                      bool is_folder, Reach& reach) const {
  if (options_.exclude.match(path, is_folder) == IgnoreRules::Verdict::kIgnore) {
    return Fate::kExcluded;
  }
  if (folder.reach == Reach::kAll) {
    if (verdict(folder.scope.get(), path, is_folder) != IgnoreRules::Verdict::kIgnore) {
      return std::nullopt;
    }
    reach = Reach::kIgnored;
  }
  if (has_always(path, is_folder)) return std::nullopt;
  return reach == Reach::kIgnored ? Fate::kIgnored : Fate::kNoWord;
}

// Whether `path` is a file of `always`, or a folder above one.
bool Listing::has_always(const std::string& path, bool is_folder) const {
  const auto& always = options_.always;
  if (!is_folder) return std::binary_search(always.begin(), always.end(), path);
  std::string prefix = path + "/";
  auto at = std::lower_bound(always.begin(), always.end(), prefix);
  return at != always.end() && at->starts_with(prefix);
}

}  // namespace straykey
