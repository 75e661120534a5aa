// SPDX-License-Identifier: Apache-2.0
// Any bytes can be the index of a repository, whole or split, and the index of a pack. The
// first byte of the input chooses the format of object names; a checksum of zeros, which
// says that there is none, is put behind the rest.
#include <sys/mman.h>
#include <unistd.h>

#include "scanner/base/result.h"
#include "scanner/git/index.h"
#include "scanner/git/pack_index.h"
#include "tests/fuzz/fuzzer.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

std::string big_endian_bytes(uint64_t value, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(value >> (8 * bytes));
  return text;
}

// What stands before the path.
std::string entry_head(size_t path_bytes) {
  return std::string(24, '\x01') + big_endian_bytes(0100644, 4) + std::string(12, '\x02') +
         std::string(20, '\x33') + big_endian_bytes(path_bytes, 2);
}

std::string entry(const std::string& path) {
  std::string text = entry_head(path.size()) + path;
  return text + std::string(8 - text.size() % 8, '\0');
}

// Of version 4: `end` takes the place of the last `dropped` bytes of the path before.
std::string entry_4(size_t path_bytes, char dropped, const std::string& end) {
  return entry_head(path_bytes) + dropped + end + '\0';
}

std::string header(uint32_t version, uint32_t entries) {
  return "DIRC" + big_endian_bytes(version, 4) + big_endian_bytes(entries, 4);
}

std::string extension(const std::string& name, const std::string& data) {
  return name + big_endian_bytes(data.size(), 4) + data;
}

// A bitmap of one literal word.
std::string ewah(uint64_t word) {
  return big_endian_bytes(64, 4) + big_endian_bytes(2, 4) +
         big_endian_bytes(uint64_t{1} << 33, 8) + big_endian_bytes(word, 8) +
         big_endian_bytes(0, 4);
}

const std::string kSharedId(20, '\x44');

// The pack index of `ids` objects.
std::string pack_index(uint32_t ids) {
  std::string text("\377tOc\0\0\0\2", 8);
  for (int byte = 0; byte < 256; ++byte) text += big_endian_bytes(byte < 0x33 ? 0 : ids, 4);
  for (uint32_t i = 0; i < ids; ++i) text += std::string(19, '\x33') + static_cast<char>(i);
  text += std::string(4 * ids, '\x07');
  for (uint32_t i = 0; i < ids; ++i) text += big_endian_bytes(i == 1 ? 1u << 31 : 12 + i, 4);
  return text + big_endian_bytes(1, 8) + std::string(20, '\0');
}

// A file in memory that has a path.
class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("index", MFD_CLOEXEC)) { STRAYKEY_CHECK(fd_ >= 0); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  void set(ByteView bytes) {
    STRAYKEY_CHECK(::ftruncate(fd_, 0) == 0);
    auto size = static_cast<ssize_t>(bytes.size());
    STRAYKEY_CHECK(::pwrite(fd_, bytes.data(), bytes.size(), 0) == size);
  }

 private:
  int fd_;
};

// The folder of a repository that holds nothing but a shared index.
const TempDir& git_dir() {
  static const TempDir dir;
  static const bool is_written = [] {
    ObjectId id = ObjectId::from_raw(kSharedId);
    std::string shared = header(2, 3) + entry("a") + entry("b/c") + entry("d");
    dir.write("sharedindex." + id.hex(ObjectFormat::kSha1), shared + std::string(20, '\0'));
    return true;
  }();
  STRAYKEY_CHECK(is_written);
  return dir;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  std::string replacing = entry("");
  return {
      '\0' + header(2, 2) + entry("a/b") + entry("c") + extension("TREE", "x"),
      '\0' + header(4, 3) + entry_4(3, 0, "a/b") + entry_4(3, 1, "c") + entry_4(1, 3, "b"),
      '\0' + header(2, 1) + entry("new") + extension("link", kSharedId),
      '\0' + header(2, 2) + replacing + entry("new") +
          extension("link", kSharedId + ewah(1) + ewah(2)),
      '\0' + pack_index(3),
      '\1' + pack_index(3),
  };
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  if (size == 0) return 0;
  static MemoryFile file;
  RepositoryLayout layout;
  layout.git_dir = git_dir().path();
  layout.format = data[0] % 2 == 0 ? ObjectFormat::kSha1 : ObjectFormat::kSha256;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  bytes.append(id_bytes(layout.format), '\0');
  file.set(bytes);

  if (auto index = read_index(layout, file.path())) {
    for (const IndexEntry& entry : index->entries) STRAYKEY_CHECK(!entry.path.empty());
  }
  (void)read_index(layout, file.path(), Folders::kClosed);
  if (auto pack = PackIndex::open(file.path(), layout.format)) {
    ObjectId id = ObjectId::from_raw(ByteView(bytes).substr(0, id_bytes(layout.format)));
    for (int first = 0; first < 256; ++first) {
      id.bytes[0] = static_cast<uint8_t>(first);
      (void)pack->find(id);
    }
    (void)pack->fits(bytes.size());
  }
  return 0;
}
