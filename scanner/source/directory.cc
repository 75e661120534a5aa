// SPDX-License-Identifier: Apache-2.0
// A walk without recursion: a stack of open folders, each with its sorted names and the
// place it has come to. It holds the names of one folder for each level, and of some that were
// listed ahead, so memory grows with the widest path, not with the tree; what it finds goes
// out in batches.
//
// What becomes of a name was judged when its folder was listed, by any thread; the walk says
// so in the order of names. So the order of everything is the same however many threads list,
// and the part of the work that is serial is small: a few instructions for a file.
//
// Everything that is not looked at gets a word. A folder that is left out counts once,
// whatever is in it, because looking into it is what was to be avoided. Where a walk meets
// a repository inside its tree, git would see a wall; that repository has a history of its
// own, so the walk hands it over.
#include "scanner/source/directory.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/source/file_source.h"
#include "scanner/source/listing.h"

namespace straykey {
namespace {

using Entry = ListedFolder::Entry;
using Fate = ListedFolder::Fate;

// A batch before it is read lists so many folders: as many as its files come from, and some.
constexpr size_t kListedByBatch = 8;
// More than the system reads ahead for the first byte of a file.
constexpr off_t kFetchedBytes = 8 << 20;

// The files among entries [begin, end) of a folder.
struct Part {
  std::shared_ptr<const ListedFolder> folder;
  size_t begin = 0;
  size_t end = 0;
};

// Whether the first byte of a file would have to be fetched from a disk.
bool is_cold(const FileHandle& file) {
  char byte;
  iovec one{&byte, 1};
  return ::preadv2(file.fd(), &one, 1, 0, RWF_NOWAIT) < 0 && errno == EAGAIN;
}

// Asks the system for the files' bytes in the order in which they most likely lie on the disk,
// so that reading them in the order of names finds them in memory.
void fetch(const std::vector<Part>& parts) {
  struct File {
    const ListedFolder* folder;
    const Entry* entry;
  };
  std::vector<File> files;
  for (const Part& part : parts) {
    for (size_t i = part.begin; i < part.end; ++i) {
      const Entry& entry = part.folder->entries[i];
      if (entry.fate == Fate::kFile) files.push_back({part.folder.get(), &entry});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.entry->inode < b.entry->inode; });
  for (const File& file : files) {
    const OpenFolder& open = file.folder->open;
    std::string path = open.prefix + std::string(file.folder->name_of(*file.entry));
    FileHandle handle =
        FileReader::open(open.handle->fd(), open.relative(path), FileBytes::Links::kRefuse);
    if (handle) ::posix_fadvise(handle.fd(), 0, kFetchedBytes, POSIX_FADV_WILLNEED);
  }
}

class WalkedFiles : public Batch {
 public:
  WalkedFiles(std::shared_ptr<Listing> listing, const DirectoryOptions& options,
              std::vector<Part> parts)
      : listing_(std::move(listing)), options_(options), parts_(std::move(parts)) {}

  std::vector<Origin> origins() const override {
    std::vector<Origin> origins;
    for_each([&](const ListedFolder&, const Origin& origin) { origins.push_back(origin); });
    return origins;
  }

  void read(Sink& sink) override {
    listing_->list_ahead(kListedByBatch);
    thread_local FileReader reader;
    bool is_first = true;
    for_each([&](const ListedFolder& folder, const Origin& origin) {
      const OpenFolder& open = folder.open;
      FileName name{open.handle->fd(), open.relative(origin.path), FileBytes::Links::kRefuse};
      FileHandle file = FileReader::open(name.folder, name.path, name.links);
      if (std::exchange(is_first, false) && file && is_cold(file)) fetch(parts_);
      auto bytes = file ? reader.read(file, open.short_read)
                        : Result<ByteView>(Error{system_reason(errno)});
      if (bytes) {
        sink.blob(origin, *bytes);
      } else {
        explain(name, join_path(options_.root, origin.path), bytes.error().message, sink);
      }
    });
    reader.shrink();
  }

 private:
  // Calls `visit` with each file's folder and origin.
  template <class Visit>
  void for_each(Visit visit) const {
    Origin origin;
    origin.kind = options_.kind;
    origin.source = options_.source;
    for (const Part& part : parts_) {
      for (size_t i = part.begin; i < part.end; ++i) {
        const Entry& entry = part.folder->entries[i];
        if (entry.fate != Fate::kFile) continue;
        origin.path = part.folder->open.prefix;
        origin.path += part.folder->name_of(entry);
        visit(*part.folder, origin);
      }
    }
  }

  std::shared_ptr<Listing> listing_;
  const DirectoryOptions& options_;
  std::vector<Part> parts_;
};

}  // namespace

// A batch in the making.
struct DirectorySource::Load {
  std::vector<Part> parts;
  size_t files = 0;
  uint64_t bytes = 0;
};

DirectorySource::DirectorySource(DirectoryOptions options)
    : options_(std::move(options)), listing_(std::make_shared<Listing>(options_)) {}

SourceCoverage DirectorySource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "folder";
  coverage.path = options_.root;
  return coverage;
}

std::unique_ptr<Batch> DirectorySource::next(Sink& sink) {
  if (!has_begun_) {
    has_begun_ = true;
    enter(listing_->root(), sink);
  }
  Load load;
  while (!open_.empty() && load.files < kBatchFiles && load.bytes < kBatchBytes) {
    if (open_.back().next == open_.back().folder->entries.size()) {
      open_.pop_back();
    } else {
      visit(sink, load);
    }
  }
  if (load.files == 0) return nullptr;
  return std::make_unique<WalkedFiles>(listing_, options_, std::move(load.parts));
}

// Puts the folder on the stack, listed.
void DirectorySource::enter(std::shared_ptr<ListedFolder> folder, Sink& sink) {
  listing_->take(*folder);
  bool is_root = folder->path.empty();
  if (int error = folder->open_error) {
    if (!is_root && (error == ENOENT || error == ENOTDIR || error == ELOOP)) {
      sink.left_out("vanished while scanning", shown(folder->path));
    } else {
      sink.failed(shown(folder->path), system_reason(error));
    }
    return;
  }
  if (folder->list_error != 0) {
    sink.failed(shown(folder->path), system_reason(folder->list_error));
  }
  if (folder->is_repository) {
    if (options_.nested) {
      options_.nested(shown(folder->path));
    } else {
      sink.left_out("nested repository", shown(folder->path));
    }
  }
  if (!folder->entries.empty()) open_.push_back({std::move(folder), 0});
}

// Takes the next entry of the innermost folder.
void DirectorySource::visit(Sink& sink, Load& load) {
  Place& place = open_.back();
  ListedFolder& folder = *place.folder;
  size_t index = place.next++;
  const Entry& entry = folder.entries[index];
  auto where = [&] { return shown(folder.open.prefix + std::string(folder.name_of(entry))); };
  switch (entry.fate) {
    case Fate::kFile:
      if (load.parts.empty() || load.parts.back().folder != place.folder) {
        load.parts.push_back({place.folder, index, index});
      }
      load.parts.back().end = index + 1;
      ++load.files;
      load.bytes += entry.value;
      break;
    case Fate::kFolder:
      enter(std::move(folder.below[entry.value]), sink);  // `place` may move
      break;
    case Fate::kExcluded: sink.left_out("excluded by configuration", where()); break;
    case Fate::kIgnored: sink.left_out("ignored by .gitignore", where()); break;
    case Fate::kLink: sink.left_out("symbolic link", where()); break;
    case Fate::kSpecial: sink.left_out("special file", where()); break;
    case Fate::kVanished: sink.left_out("vanished while scanning", where()); break;
    case Fate::kFailed:
      sink.failed(where(), system_reason(static_cast<int>(entry.value)));
      break;
    case Fate::kNoWord: break;
  }
}

std::string DirectorySource::shown(const std::string& path) const {
  return path.empty() ? options_.root : join_path(options_.root, path);
}

}  // namespace straykey
