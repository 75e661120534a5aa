// SPDX-License-Identifier: Apache-2.0
// The folders of a tree, each listed and judged as one piece of work that any thread can do.
// Whoever walks the tree asks for them in the order of their names; whoever else has time
// lists those that will be asked for next.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/file.h"
#include "scanner/source/directory.h"
#include "scanner/source/ignore.h"

namespace straykey {

// Where the files of a folder are opened. Immutable after the folder was listed.
struct OpenFolder {
  // The folder itself, or the root when too many folders are open: then names are `prefix` and
  // the name.
  std::shared_ptr<const FileHandle> handle;
  bool is_own = false;
  FileReader::ShortRead short_read = FileReader::ShortRead::kSaysNothing;
  std::string prefix;  // "" for the root, else "path/"

  // What openat(2) needs for `name`. `path` is `prefix` and the name, and lives longer.
  const char* relative(const std::string& path) const {
    return path.c_str() + (is_own ? prefix.size() : 0);
  }
};

// One folder. Written by the thread that lists it, read by all after that.
struct ListedFolder {
  enum class Reach : uint8_t {
    kAll,      // what no rule leaves out
    kIgnored,  // an ignored folder that holds files of `always`: those
    kNested,   // a nested repository that holds some: those, and the rest is not ours
  };
  // What is to become of a name.
  enum class Fate : uint8_t {
    kFile,
    kFolder,  // `value` is its place in `below`
    kExcluded,
    kIgnored,
    kLink,
    kSpecial,
    kVanished,
    kFailed,  // `value` is the errno
    kNoWord,  // nobody asked for it, or it is known: not kept
  };
  struct Entry {
    uint32_t name = 0;  // where it begins in `names`; it ends with a zero
    Fate fate = Fate::kFile;
    uint64_t value = 0;  // of a file: its size, when somebody had to ask for it, else 0
    uint64_t inode = 0;
  };

  // What the folder above knows.
  std::string path;  // relative to the root; "" is the root
  std::shared_ptr<const OpenFolder> above;
  std::shared_ptr<const IgnoreScope> scope;
  Reach reach = Reach::kAll;

  // What listing it gives.
  OpenFolder open;
  int open_error = 0;  // errno, of a folder that could not be opened
  int list_error = 0;  // errno, of a list that ended early
  bool is_repository = false;
  std::string names;
  std::vector<Entry> entries;  // by name
  std::vector<std::shared_ptr<ListedFolder>> below;

  ByteView name_of(const Entry& entry) const { return names.c_str() + entry.name; }

 private:
  friend class Listing;
  enum class State : uint8_t { kWaiting, kInWork, kDone };
  State state = State::kWaiting;  // under the lock of Listing
  std::list<std::shared_ptr<ListedFolder>>::iterator place;
};

// Shared by all threads, but for take(), which is the walker's. The options must outlive it.
class Listing {
 public:
  // So many folders are listed before the walk comes to them. They hold memory and a file
  // descriptor each.
  static constexpr size_t kAhead = 64;
  // One file in so many is asked for its size. Where it is large its neighbours are asked, too.
  static constexpr size_t kSample = 8;
  static constexpr uint64_t kLargeBytes = 64u << 10;

  explicit Listing(const DirectoryOptions& options);

  const std::shared_ptr<ListedFolder>& root() const { return root_; }

  // Sees to it that `folder` is listed: lists it, or waits for the thread that does. REQUIRES:
  // every folder is taken once, those above before those below.
  void take(ListedFolder& folder);

  // Lists at most `most` folders that take() will ask for next.
  void list_ahead(size_t most);

 private:
  struct Name;  // as the system listed it

  void work_on(ListedFolder& folder, std::unique_lock<std::mutex>& lock);
  void list(ListedFolder& folder) const;
  bool open(ListedFolder& folder) const;
  std::vector<Name> read_names(ListedFolder& folder) const;
  void read_gitignore(ListedFolder& folder, const std::vector<Name>& names) const;
  void judge(ListedFolder& folder, const std::vector<Name>& names) const;
  std::optional<ListedFolder::Fate> left_out(const ListedFolder& folder,
                                             const std::string& path, bool is_folder,
                                             ListedFolder::Reach& reach) const;
  bool has_always(const std::string& path, bool is_folder) const;

  const DirectoryOptions& options_;
  size_t root_bytes_;  // of the root and its '/' in a path that is shown
  size_t most_open_;   // folders that keep their descriptor at a time
  std::shared_ptr<std::atomic<size_t>> open_;
  std::shared_ptr<ListedFolder> root_;

  std::mutex mutex_;
  std::condition_variable done_;
  // Not listed yet, in the order in which the walk will take them.
  std::list<std::shared_ptr<ListedFolder>> waiting_;
  size_t ahead_ = 0;  // listed and not taken
};

}  // namespace straykey
