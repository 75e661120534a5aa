// SPDX-License-Identifier: Apache-2.0
// The index file: a header, entries sorted by path, extensions, and a checksum of it all.
//
//   "DIRC" version count | entry entry ... | "TREE" size data | "link" size data | checksum
//
// An entry is 40 bytes of what stat() said, the object name, flags and the path. Version 2
// and 3 fill it up with zeros to a multiple of 8 bytes; version 4 does not, and replaces the
// beginning of the path by how many bytes of the previous path are to be dropped.
//
// A split index holds the changes to a second file, sharedindex.<hash>: positions that are
// deleted, positions that are replaced, and entries that are new. The replacing entries come
// first, in the order of the positions, without a path: they have that of the entry they
// replace.
//
// The file comes with the repository, so nothing in it is believed: all lengths are held
// against the bytes that are there, and a version 4 path has a limit, as a few bytes there
// can make a long path once more.
#include "scanner/git/index.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cerrno>
#include <iterator>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/git/big_endian.h"
#include "scanner/git/ewah.h"
#include "scanner/git/mapped_file.h"

namespace straykey {
namespace {

constexpr size_t kStatBytes = 40;
constexpr size_t kHeaderBytes = 12;
constexpr size_t kMaxCompressedPath = 16 * 1024;

constexpr uint32_t kFlagExtended = 0x4000;
constexpr uint32_t kFlagNameLength = 0x0fff;
constexpr uint32_t kFlagSkipWorktree = 0x4000;
constexpr uint32_t kFlagIntentToAdd = 0x2000;

// A folder of the "TREE" extension: a tree that git wrote, of so many entries.
struct WrittenFolder {
  uint32_t entries = 0;
  ObjectId tree;
};

// What the "link" extension holds.
struct Link {
  ObjectId shared;
  std::string bitmaps;  // two of them; "" when nothing is deleted or replaced
};

struct ParsedIndex {
  std::vector<IndexEntry> entries;
  std::optional<Link> link;
};

std::tuple<ByteView, uint8_t> key_of(const IndexEntry& entry) {
  return {entry.path, entry.stage};
}

bool by_path(const IndexEntry& a, const IndexEntry& b) { return key_of(a) < key_of(b); }

// One per file. Errors are clauses; read_index() puts the place before them.
class IndexParser {
 public:
  IndexParser(ByteView bytes, ObjectFormat format, Folders folders)
      : rest_(bytes), format_(format), folders_(folders) {}

  Result<ParsedIndex> parse() {
    ByteView whole = rest_;
    size_t hash_bytes = id_bytes(format_);
    if (whole.size() < kHeaderBytes + hash_bytes) return Error{"it is too short"};
    if (whole.substr(0, 4) != "DIRC") return Error{"it does not begin with DIRC"};
    version_ = big_endian_32(whole, 4);
    if (version_ < 2 || version_ > 4) {
      return Error{"its version " + std::to_string(version_) + " is not known"};
    }
    bool closes = folders_ == Folders::kClosed && version_ < 4;
    if (!closes && !checksum_matches(whole)) return Error{"its checksum does not match"};
    uint32_t count = big_endian_32(whole, 8);
    rest_ = whole.substr(kHeaderBytes, whole.size() - kHeaderBytes - hash_bytes);

    ParsedIndex index;
    if (closes && find_written_folders(count)) {
      auto closed = take_closed(count, index);
      if (!closed) return closed.error();
      return index;
    }
    index.entries.reserve(
        std::min<size_t>(count, rest_.size() / (kStatBytes + hash_bytes + 2)));
    for (uint32_t i = 0; i < count; ++i) {
      if (!take_entry(index.entries)) return entry_error(i, count);
    }
    while (!rest_.empty()) {
      auto taken = take_extension(index);
      if (!taken) return taken.error();
    }
    return index;
  }

 private:
  // A checksum of zeros was not computed (index.skipHash).
  bool checksum_matches(ByteView whole) const {
    size_t size = whole.size() - id_bytes(format_);
    ObjectId stored = ObjectId::from_raw(whole.substr(size));
    return stored.is_null() || stored == hash_of(whole.substr(0, size), format_);
  }

  bool take_entry(std::vector<IndexEntry>& entries) {
    size_t fixed = kStatBytes + id_bytes(format_) + 2;
    if (rest_.size() < fixed) return false;
    IndexEntry entry;
    entry.mtime_seconds = big_endian_32(rest_, 8);
    entry.mtime_nanoseconds = big_endian_32(rest_, 12);
    entry.inode = big_endian_32(rest_, 20);
    entry.mode = big_endian_32(rest_, 24);
    entry.size = big_endian_32(rest_, 36);
    entry.id = ObjectId::from_raw(rest_.substr(kStatBytes, id_bytes(format_)));
    auto flags = static_cast<uint32_t>(big_endian(rest_.substr(fixed - 2, 2)));
    entry.stage = static_cast<uint8_t>(flags >> 12 & 3);
    if (flags & kFlagExtended) {
      if (version_ == 2 || rest_.size() < fixed + 2) return false;
      auto more = static_cast<uint32_t>(big_endian(rest_.substr(fixed, 2)));
      entry.skip_worktree = more & kFlagSkipWorktree;
      entry.intent_to_add = more & kFlagIntentToAdd;
      fixed += 2;
    }

    size_t taken = fixed;
    if (version_ == 4) {
      rest_.remove_prefix(fixed);
      taken = 0;
      const std::string none;
      const std::string& previous = entries.empty() ? none : entries.back().path;
      auto dropped = take_varint();
      if (!dropped || *dropped > previous.size()) return false;
      entry.path = previous.substr(0, previous.size() - *dropped);
    }
    size_t end = rest_.find('\0', taken);
    if (end == ByteView::npos) return false;
    entry.path += rest_.substr(taken, end - taken);
    if (version_ == 4 && entry.path.size() > kMaxCompressedPath) return false;
    size_t length = flags & kFlagNameLength;
    if (length < kFlagNameLength ? length != entry.path.size()
                                 : entry.path.size() < kFlagNameLength) {
      return false;
    }
    size_t used = version_ == 4 ? end + 1 : (end + 8) / 8 * 8;
    if (used > rest_.size()) return false;
    rest_.remove_prefix(used);
    entries.push_back(std::move(entry));
    return true;
  }

  // The path of the next entry, of version 2 or 3, and how many bytes the entry takes; nullopt
  // when it is damaged.
  struct Next {
    ByteView path;
    size_t bytes;
  };
  std::optional<Next> peek() const {
    size_t fixed = kStatBytes + id_bytes(format_) + 2;
    if (rest_.size() < fixed) return std::nullopt;
    auto flags = static_cast<uint32_t>(big_endian(rest_.substr(fixed - 2, 2)));
    if (flags & kFlagExtended) fixed += 2;
    size_t length = flags & kFlagNameLength;
    size_t end = length < kFlagNameLength ? fixed + length : rest_.find('\0', fixed);
    if (end >= rest_.size() || rest_[end] != '\0') return std::nullopt;
    size_t used = (end + 8) / 8 * 8;
    if (used > rest_.size()) return std::nullopt;
    return Next{rest_.substr(fixed, end - fixed), used};
  }

  // Passes over the entries to what git noted behind them. False when there is no note, or
  // the entries are not all in this file.
  bool find_written_folders(uint32_t count) {
    ByteView all = rest_;
    bool found = true;
    for (uint32_t i = 0; found && i < count; ++i) {
      auto next = peek();
      found = next.has_value();
      if (next) rest_.remove_prefix(next->bytes);
    }
    ParsedIndex extensions;
    while (found && !rest_.empty()) found = bool{take_extension(extensions)};
    rest_ = all;
    return found && !extensions.link && !written_.empty();
  }

  Result<void> take_closed(uint32_t count, ParsedIndex& index) {
    for (uint32_t i = 0; i < count;) {
      auto next = peek();
      if (!next) return entry_error(i, count);
      uint32_t closed = close_folder(next->path, i, count, index.entries);
      if (closed == 0 && !take_entry(index.entries)) return entry_error(i, count);
      i += std::max(closed, 1u);
    }
    return {};
  }

  // Makes one entry of the outermost folder that begins with this path and that git wrote. How
  // many it takes; 0 when there is none, or when the note does not fit the entries.
  uint32_t close_folder(ByteView path, uint32_t at, uint32_t count,
                        std::vector<IndexEntry>& entries) {
    for (size_t end = 0; end != ByteView::npos;) {
      std::string folder(path.substr(0, end));
      size_t slash = path.find('/', end);
      end = slash == ByteView::npos ? slash : slash + 1;
      auto written = written_.find(folder);
      if (written == written_.end() || written->second.entries == 0 ||
          written->second.entries > count - at) {
        continue;
      }
      ByteView before = rest_;
      bool fits = true;
      for (uint32_t i = 0; fits && i < written->second.entries; ++i) {
        auto next = peek();
        fits = next && next->path.starts_with(folder);
        if (fits) rest_.remove_prefix(next->bytes);
      }
      if (!fits) {
        rest_ = before;
        continue;
      }
      IndexEntry entry;
      entry.path = std::move(folder);
      entry.id = written->second.tree;
      entry.mode = 0040000;
      entries.push_back(std::move(entry));
      return written->second.entries;
    }
    return 0;
  }

  static Error entry_error(uint32_t i, uint32_t count) {
    return Error{"its entry " + std::to_string(i + 1) + " of " + std::to_string(count) +
                 " cannot be read"};
  }

  // Base 128, the most significant digit first, each but the last one less than it says.
  std::optional<uint64_t> take_varint() {
    uint64_t value = 0;
    for (size_t i = 0; i < rest_.size() && i < 8; ++i) {
      auto byte = static_cast<uint8_t>(rest_[i]);
      value = value << 7 | (byte & 0x7f);
      if (!(byte & 0x80)) {
        rest_.remove_prefix(i + 1);
        return value;
      }
      ++value;
    }
    return std::nullopt;
  }

  Result<void> take_extension(ParsedIndex& index) {
    if (rest_.size() < 8) return Error{"it ends inside of an extension"};
    ByteView name = rest_.substr(0, 4);
    uint32_t size = big_endian_32(rest_, 4);
    rest_.remove_prefix(8);
    if (rest_.size() < size) return Error{"it ends inside of an extension"};
    ByteView data = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (name == "link") {
      if (data.size() < id_bytes(format_)) return Error{"its link extension is too short"};
      Link link;
      link.shared = ObjectId::from_raw(data.substr(0, id_bytes(format_)));
      link.bitmaps = data.substr(id_bytes(format_));
      index.link = std::move(link);
      return {};
    }
    if (name == "TREE") {
      take_folders(data);
      return {};
    }
    // A capital marks what a reader may skip; "sdir" only says that folders may be entries.
    if ((name[0] >= 'A' && name[0] <= 'Z') || name == "sdir") return {};
    return Error{"it has an extension that is not known"};
  }

  // "name \0 entries ' ' subfolders \n tree", a folder before those in it; -1 entries and no
  // tree for one that has changed. It only saves work, so what is damaged is left out.
  void take_folders(ByteView data) {
    struct Above {
      std::string path;
      uint32_t left;  // subfolders to come
    };
    std::vector<Above> above = {{"", 1}};
    std::unordered_map<std::string, WrittenFolder> folders;
      while (!data.empty()) {
      while (!above.empty() && above.back().left == 0) above.pop_back();
      size_t name_end = data.find('\0');
      if (above.empty() || name_end == ByteView::npos) return;
      --above.back().left;
      std::string path = above.back().path;
      if (name_end > 0) path += std::string(data.substr(0, name_end)) + "/";
      data.remove_prefix(name_end + 1);
      auto entries = take_number(data, ' ');
      auto subfolders = take_number(data, '\n');
      if (!entries || !subfolders || *subfolders < 0) return;
      if (*entries >= 0) {
        if (data.size() < id_bytes(format_)) return;
        folders[path] = {static_cast<uint32_t>(*entries),
                         ObjectId::from_raw(data.substr(0, id_bytes(format_)))};
        data.remove_prefix(id_bytes(format_));
      }
      above.push_back({std::move(path), static_cast<uint32_t>(*subfolders)});
    }
    written_ = std::move(folders);
  }

  static std::optional<int32_t> take_number(ByteView& data, char end) {
    int32_t number = 0;
    auto parsed = std::from_chars(data.data(), data.data() + data.size(), number);
    auto used = static_cast<size_t>(parsed.ptr - data.data());
    if (parsed.ec != std::errc() || used == data.size() || data[used] != end) return std::nullopt;
    data.remove_prefix(used + 1);
    return number;
  }

  ByteView rest_;
  ObjectFormat format_;
  Folders folders_;
  std::unordered_map<std::string, WrittenFolder> written_;  // "" is the root, others end with '/'
  uint32_t version_ = 0;
};

Result<ParsedIndex> parse_file(const std::string& path, ObjectFormat format, Folders folders) {
  // git replaces the file and never changes it. What cannot be mapped has its reason told.
  auto map = MappedFile::open(path);
  auto file = map ? Result<FileBytes>(FileBytes()) : FileBytes::read(path);
  if (!file) return file.error();
  auto parsed = IndexParser(map ? map->bytes() : file->bytes(), format, folders).parse();
  if (!parsed) return Error{path + ": the index is damaged: " + parsed.error().message};
  return parsed;
}

// Lays the changes of a split index over the shared one. False when they do not fit.
bool merge(std::vector<IndexEntry>& shared, std::vector<IndexEntry> changes, ByteView bitmaps) {
  std::vector<uint32_t> deleted;
  std::vector<uint32_t> replaced;
  if (!bitmaps.empty()) {
    auto limit = static_cast<uint32_t>(shared.size());
    auto first = take_ewah(bitmaps, limit);
    auto second = take_ewah(bitmaps, limit);
    if (!first || !second || second->size() > changes.size()) return false;
    deleted = std::move(*first);
    replaced = std::move(*second);
  }

  for (size_t i = 0; i < replaced.size(); ++i) {
    if (!changes[i].path.empty()) return false;
    changes[i].path = std::move(shared[replaced[i]].path);
    shared[replaced[i]] = std::move(changes[i]);
  }

  // A new entry wins over a shared one of the same path: it comes first, and unique() keeps
  // the first.
  auto first_new = changes.begin() + static_cast<std::ptrdiff_t>(replaced.size());
  std::vector<IndexEntry> out(std::make_move_iterator(first_new),
                              std::make_move_iterator(changes.end()));
  auto next_deleted = deleted.begin();
  for (uint32_t i = 0; i < shared.size(); ++i) {
    if (next_deleted != deleted.end() && *next_deleted == i) {
      ++next_deleted;
    } else {
      out.push_back(std::move(shared[i]));
    }
  }
  std::stable_sort(out.begin(), out.end(), by_path);
  auto same_key = [](const IndexEntry& a, const IndexEntry& b) {
    return key_of(a) == key_of(b);
  };
  out.erase(std::unique(out.begin(), out.end(), same_key), out.end());
  shared = std::move(out);
  return true;
}

}  // namespace

Result<Index> read_index(const RepositoryLayout& layout, const std::string& path,
                         Folders folders) {
  Index index;
  struct stat st;
  if (::stat(path.c_str(), &st) != 0) {
    if (errno == ENOENT) return index;
    return Error{path + ": " + system_reason(errno)};
  }
  index.written_seconds = st.st_mtim.tv_sec;
  index.written_nanoseconds = st.st_mtim.tv_nsec;

  auto parsed = parse_file(path, layout.format, folders);
  if (!parsed) return parsed.error();
  index.entries = std::move(parsed->entries);
  if (parsed->link && !parsed->link->shared.is_null()) {
    auto shared =
        parse_file(layout.git_dir + "/sharedindex." + parsed->link->shared.hex(layout.format),
                   layout.format, Folders::kOpen);
    if (!shared) return shared.error();
    if (!merge(shared->entries, std::move(index.entries), parsed->link->bitmaps)) {
      return Error{path + ": the index is damaged: it does not fit its shared index"};
    }
    index.entries = std::move(shared->entries);
  }
  // Git writes it so; an index by another hand may not be.
  if (!std::is_sorted(index.entries.begin(), index.entries.end(), by_path)) {
    std::stable_sort(index.entries.begin(), index.entries.end(), by_path);
  }
  bool is_closed = folders == Folders::kClosed && index.entries.size() == 1;
  if (!index.entries.empty() && index.entries[0].path.empty() && !is_closed) {
    return Error{path + ": the index is damaged: it has an entry without a path"};
  }
  return index;
}

}  // namespace straykey
