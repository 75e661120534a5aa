// SPDX-License-Identifier: Apache-2.0
// The file is one zlib stream of "blob 12\0" and the 12 bytes. The header's number is held
// against what deflate can do at most (1032 bytes out of one), so that a small file cannot
// claim much memory, and against what then comes out.
#include "scanner/git/loose_objects.h"

#include <dirent.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>
#include <optional>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/git/object_readers.h"

namespace straykey {
namespace {

constexpr size_t kHeaderBytes = 64;  // "commit 18446744073709551615" and its '\0' fit
constexpr uint64_t kMostFromOneByte = 1032;

Error damaged(const char* reason) { return Error{std::string("object is damaged: ") + reason}; }

// One zlib stream.
class Inflater {
 public:
  explicit Inflater(ByteView in) : in_(in) { ready_ = ::inflateInit(&stream_) == Z_OK; }
  ~Inflater() {
    if (ready_) ::inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Fills `out` until it is full or the stream ends, and gives how much that was. nullopt
  // when the stream is damaged or cut off.
  std::optional<size_t> fill(char* out, size_t size) {
    if (!ready_) return std::nullopt;
    size_t done = 0;
    while (!at_end_ && done < size) {
      if (stream_.avail_in == 0) {
        stream_.avail_in = static_cast<uInt>(std::min<size_t>(in_.size(), kStep));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in_.data()));
        in_.remove_prefix(stream_.avail_in);
      }
      auto room = static_cast<uInt>(std::min<size_t>(size - done, kStep));
      stream_.next_out = reinterpret_cast<Bytef*>(out + done);
      stream_.avail_out = room;
      int code = ::inflate(&stream_, Z_NO_FLUSH);
      done += room - stream_.avail_out;
      at_end_ = code == Z_STREAM_END;
      if (code != Z_OK && !at_end_) return std::nullopt;
    }
    return done;
  }

  bool at_end() const { return at_end_; }

 private:
  static constexpr size_t kStep = 1u << 30;  // zlib counts with 32 bits

  ByteView in_;
  z_stream stream_{};
  bool ready_ = false;
  bool at_end_ = false;
};

std::optional<ObjectReader::Header> parse_header(ByteView text) {
  ObjectReader::Header header{};
  size_t space = std::min(text.find(' '), text.size());
  auto type = parse_type(text.substr(0, space));
  ByteView digits = text.substr(std::min(space + 1, text.size()));
  auto parsed = std::from_chars(digits.begin(), digits.end(), header.size);
  if (!type || parsed.ec != std::errc() || parsed.ptr != digits.end()) return std::nullopt;
  header.type = *type;
  return header;
}

// An open loose object, read as far as its header.
struct Loose {
  explicit Loose(FileBytes bytes) : file(std::move(bytes)), inflater(file.bytes()) {}

  FileBytes file;
  Inflater inflater;
  ObjectReader::Header header{};
  std::string begun;  // content that came out with the header
};

Result<std::unique_ptr<Loose>> open_loose(const std::vector<std::string>& objects_dirs,
                                          const ObjectId& id) {
  std::string name = id.hex(ObjectFormat::kSha1);
  name.insert(2, "/");
  for (const std::string& folder : objects_dirs) {
    std::string path = folder + "/" + name;
    if (::access(path.c_str(), F_OK) != 0) continue;
    auto file = FileBytes::read(path);
    if (!file) return damaged("its file cannot be read");
    auto loose = std::make_unique<Loose>(std::move(*file));
    char start[kHeaderBytes];
    auto filled = loose->inflater.fill(start, sizeof start);
    if (!filled) return damaged("its zlib stream is broken");
    ByteView text(start, *filled);
    size_t end = text.find('\0');
    auto header = parse_header(text.substr(0, end));
    if (end == ByteView::npos || !header) return damaged("its header is broken");
    if (header->size / kMostFromOneByte > loose->file.bytes().size()) {
      return damaged("it claims more bytes than its file can hold");
    }
    loose->header = *header;
    loose->begun = text.substr(end + 1);
    return loose;
  }
  return kMissing;
}

}  // namespace

Result<Object> LooseObjects::read(const ObjectId& id) const {
  auto opened = open_loose(objects_dirs_, id);
  if (!opened) return opened.error();
  Loose& loose = **opened;
  size_t size = loose.header.size;
  std::string bytes = std::move(loose.begun);
  size_t done = bytes.size();
  if (done <= size) {
    bytes.resize(size + 1);  // one more, to see that the stream ends where it says
    auto filled = loose.inflater.fill(bytes.data() + done, size + 1 - done);
    if (!filled) return damaged("its zlib stream is broken");
    done += *filled;
  }
  if (done != size || !loose.inflater.at_end()) return damaged("its size is not what it says");
  bytes.resize(size);
  return Object{loose.header.type, std::move(bytes)};
}

Result<ObjectReader::Header> LooseObjects::header(const ObjectId& id) const {
  auto opened = open_loose(objects_dirs_, id);
  if (!opened) return opened.error();
  return (*opened)->header;
}

std::set<ObjectId> LooseObjects::begin_with(ByteView prefix) const {
  std::set<ObjectId> out;
  std::string digits(prefix);
  std::transform(digits.begin(), digits.end(), digits.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string first = digits.substr(0, 2);
  ByteView rest = ByteView(digits).substr(2);
  for (const std::string& folder : objects_dirs_) {
    std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir((folder + "/" + first).c_str()),
                                             &::closedir);
    if (!open) continue;
    while (const dirent* entry = ::readdir(open.get())) {
      ByteView name = entry->d_name;
      if (name.substr(0, rest.size()) != rest) continue;
      auto id = ObjectId::from_hex(first + std::string(name));
      if (id) out.insert(*id);
    }
  }
  return out;
}

std::vector<ObjectId> LooseObjects::all() const {
  std::set<ObjectId> out;
  for (int byte = 0; byte < 256; ++byte) {
    auto first = static_cast<char>(byte);
    out.merge(begin_with(hex(ByteView(&first, 1))));
  }
  return {out.begin(), out.end()};
}

}  // namespace straykey
