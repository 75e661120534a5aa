// SPDX-License-Identifier: Apache-2.0
// Files and streams as bytes: whole reads, mapped reads, safe replacement, and a Spool
// for bytes whose amount is not known before they end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

// A file descriptor that closes itself. Move-only.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();

  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Bytes of a file: mapped when the file is large, read into memory when it is small.
// A file that shrinks while it is mapped may raise SIGBUS, so only files above
// kMapBytes are mapped; see docs/design.md. Move-only; bytes() is valid while it lives.
class FileBytes {
 public:
  static constexpr uint64_t kMapBytes = 32u << 20;

  // Follows no symbolic link in the last component when `follow` is kNo.
  enum class Links { kFollow, kRefuse };
  static Result<FileBytes> read(const std::string& path, Links links = Links::kFollow);
  // The same for an open file of `size` bytes, mapped whatever its size. The error is one
  // clause.
  static Result<FileBytes> map(int fd, uint64_t size);

  FileBytes() = default;
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&& other) noexcept;
  ~FileBytes();

  ByteView bytes() const { return mapped_ ? ByteView(mapped_, size_) : ByteView(owned_); }

 private:
  friend class Spool;
  const char* mapped_ = nullptr;
  uint64_t size_ = 0;
  std::string owned_;
};

// Reads files one after another into one buffer, which costs no memory and no page fault for
// each. One per thread.
class FileReader {
 public:
  // Up to here a file is read with one call, and nobody asks for its size.
  static constexpr size_t kFirstBytes = 256u << 10;
  // A buffer that a large file made larger than this is not kept.
  static constexpr size_t kKeptBytes = 4u << 20;

  // Whether a read that gives less than was asked for has met the end of the file. True for
  // file systems on disks and in memory, not for those that make bytes up (/proc) or fetch
  // them.
  enum class ShortRead { kIsTheEnd, kSaysNothing };

  // Opens `path`, relative to the open folder `folder` (or AT_FDCWD). When it cannot, errno
  // tells why.
  static FileHandle open(int folder, const char* path, FileBytes::Links links);

  // All bytes of the regular file `file`, which was not read yet. They are valid until the
  // next call. The error is one clause.
  Result<ByteView> read(const FileHandle& file, ShortRead short_read);

  // Gives back what a large file took. The bytes of the last read are gone.
  void shrink();

 private:
  void hold(size_t capacity, size_t used);

  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  FileBytes mapped_;
};

// Bytes that arrive piece by piece: kept in memory up to kMemoryBytes, then in an
// unlinked temporary file, so that memory stays bounded whatever a stream holds.
// Order of use: write()* take().
class Spool {
 public:
  static constexpr uint64_t kMemoryBytes = 32u << 20;

  Result<void> write(ByteView piece);
  uint64_t size() const { return size_; }
  Result<FileBytes> take();

 private:
  std::string memory_;
  FileHandle file_;
  uint64_t size_ = 0;
};

// The whole of a small file (configuration, refs, signatures) as text.
Result<std::string> read_file(const std::string& path);

// The files of the folder `path` whose names end in `ending` (".toml"), by name; or `path` itself
// when it is no folder. A folder without any is an error.
Result<std::vector<std::string>> files_of(const std::string& path, const std::string& ending);

// Writes a file so that a reader sees the old one or the new one, never a part: a temporary
// file beside it is written, synced and renamed. Without a keep() nothing has happened.
// Order of use: open() write()* keep(). Errors name the path. Move-only.
class Replacement {
 public:
  static Result<Replacement> open(const std::string& path);
  Replacement(Replacement&& other) noexcept = default;
  ~Replacement();

  // Pieces are gathered, so that small ones cost little.
  Result<void> write(ByteView piece);
  Result<void> keep();

 private:
  static constexpr size_t kGatheredBytes = 1u << 20;

  Replacement() = default;
  Result<void> flush();
  Error failed(const std::string& reason) const;

  std::string path_;
  std::string temporary_;
  FileHandle file_;
  std::string gathered_;
};

// The same for bytes that are there at once.
Result<void> replace_file(const std::string& path, ByteView bytes);

// The sentence of the operating system for `error_number` (errno), without full stop,
// lower case: "no such file or directory".
std::string system_reason(int error_number);

}  // namespace straykey
