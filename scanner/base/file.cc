// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace straykey {
namespace {

Result<void> write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{system_reason(errno)};
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

}  // namespace

std::string system_reason(int error_number) {
  std::string text = std::strerror(error_number);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(text[0]));
  return text;
}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileHandle::~FileHandle() {
  if (fd_ >= 0) ::close(fd_);
}

FileBytes::FileBytes(FileBytes&& other) noexcept { *this = std::move(other); }

FileBytes& FileBytes::operator=(FileBytes&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(size_, other.size_);
  std::swap(owned_, other.owned_);
  return *this;
}

FileBytes::~FileBytes() {
  if (mapped_) ::munmap(const_cast<char*>(mapped_), size_);
}

Result<FileBytes> FileBytes::map(int fd, uint64_t size) {
  void* map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (map == MAP_FAILED) return Error{system_reason(errno)};
  ::madvise(map, size, MADV_SEQUENTIAL);
  FileBytes out;
  out.mapped_ = static_cast<const char*>(map);
  out.size_ = size;
  return out;
}

Result<FileBytes> FileBytes::read(const std::string& path, Links links) {
  FileHandle file = FileReader::open(AT_FDCWD, path.c_str(), links);
  if (!file) return Error{path + ": " + system_reason(errno)};
  struct stat st;
  if (::fstat(file.fd(), &st) != 0) return Error{path + ": " + system_reason(errno)};
  if (!S_ISREG(st.st_mode)) return Error{path + ": not a regular file"};

  auto size = static_cast<uint64_t>(st.st_size);
  if (size > kMapBytes) {
    auto mapped = map(file.fd(), size);
    if (!mapped) return Error{path + ": " + mapped.error().message};
    return mapped;
  }
  FileBytes out;
  // Files of /proc say size 0 and files may grow: read to the end, not to the size.
  std::string& bytes = out.owned_;
  size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(used == 0 ? size + 1 : used * 2);
    ssize_t n = ::read(file.fd(), bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error{path + ": " + system_reason(errno)};
    if (n == 0) break;
    used += static_cast<size_t>(n);
  }
  bytes.resize(used);
  return out;
}

FileHandle FileReader::open(int folder, const char* path, FileBytes::Links links) {
  int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (links == FileBytes::Links::kRefuse) flags |= O_NOFOLLOW;
  return FileHandle(::openat(folder, path, flags));
}

// Reading at a place is refused for pipes and terminals, so most of what became something else
// than a regular file shows without asking. Devices give nothing, or more than the first read
// takes, and then it is asked.
Result<ByteView> FileReader::read(const FileHandle& file, ShortRead short_read) {
  shrink();
  if (capacity_ < kFirstBytes) hold(kFirstBytes, 0);
  bool is_known_file = false;
  bool has_places = true;
  size_t used = 0;
  for (;;) {
    size_t room = capacity_ - used;
    ssize_t n = has_places
                    ? ::pread(file.fd(), buffer_.get() + used, room, static_cast<off_t>(used))
                    : ::read(file.fd(), buffer_.get() + used, room);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno != ESPIPE || !has_places)) return Error{system_reason(errno)};
    if (n > 0) used += static_cast<size_t>(n);
    bool is_full = used == capacity_;
    if (!is_known_file && (n <= 0 || is_full)) {
      struct stat st;
      if (::fstat(file.fd(), &st) != 0) return Error{system_reason(errno)};
      if (!S_ISREG(st.st_mode)) return Error{"not a regular file"};
      is_known_file = true;
      auto size = static_cast<uint64_t>(st.st_size);
      if (size > FileBytes::kMapBytes) {
        auto mapped = FileBytes::map(file.fd(), size);
        if (!mapped) return mapped.error();
        mapped_ = std::move(*mapped);
        return mapped_.bytes();
      }
      // One byte more than there is, so that the next read can be short.
      if (is_full && size >= capacity_) hold(size + 1, used);
    }
    if (n < 0) {
      has_places = false;
      continue;
    }
    if (n == 0) break;
    if (short_read == ShortRead::kIsTheEnd && static_cast<size_t>(n) < room) break;
    if (used == capacity_) hold(2 * capacity_, used);
  }
  return ByteView(buffer_.get(), used);
}

void FileReader::shrink() {
  mapped_ = FileBytes();
  if (capacity_ > kKeptBytes) hold(0, 0);
}

// Makes room for `capacity` bytes and keeps the first `used`.
void FileReader::hold(size_t capacity, size_t used) {
  auto larger = capacity == 0 ? nullptr : std::make_unique_for_overwrite<char[]>(capacity);
  if (used > 0) std::memcpy(larger.get(), buffer_.get(), used);
  buffer_ = std::move(larger);
  capacity_ = capacity;
}

Result<void> Spool::write(ByteView piece) {
  if (!file_ && memory_.size() + piece.size() <= kMemoryBytes) {
    memory_ += piece;
    size_ += piece.size();
    return {};
  }
  if (!file_) {
    std::error_code ignored;
    std::string folder = std::filesystem::temp_directory_path(ignored).string();
    if (folder.empty()) folder = "/tmp";
    file_ = FileHandle(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_) {  // not every file system has O_TMPFILE
      std::string name = folder + "/straykey-XXXXXX";
      file_ = FileHandle(::mkostemp(name.data(), O_CLOEXEC));
      if (file_) ::unlink(name.c_str());
    }
    if (!file_) return Error{folder + ": " + system_reason(errno)};
    auto written = write_all(file_.fd(), memory_);
    std::string().swap(memory_);
    if (!written) return Error{folder + ": " + written.error().message};
  }
  auto written = write_all(file_.fd(), piece);
  if (written) size_ += piece.size();  // only what is there can be mapped
  return written;
}

Result<FileBytes> Spool::take() {
  FileBytes out;
  if (!file_) {
    out.owned_ = std::move(memory_);
    return out;
  }
  void* map = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_.fd(), 0);
  if (map == MAP_FAILED) return Error{"temporary file: " + system_reason(errno)};
  out.mapped_ = static_cast<const char*>(map);
  out.size_ = size_;
  file_ = FileHandle();
  return out;
}

Result<std::string> read_file(const std::string& path) {
  auto file = FileBytes::read(path);
  if (!file) return file.error();
  return std::string(file->bytes());
}

Result<std::vector<std::string>> files_of(const std::string& path, const std::string& ending) {
  std::error_code failure;
  if (!std::filesystem::is_directory(path, failure)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  std::filesystem::directory_iterator entry(path, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    if (entry->path().extension() == ending) files.push_back(entry->path().string());
  }
  if (failure) return Error{path + ": cannot be listed: " + system_reason(failure.value())};
  if (files.empty()) {
    return Error{path + ": holds no " + ending + " file; name another folder or a file"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Replacement> Replacement::open(const std::string& path) {
  Replacement out;
  out.path_ = path;
  out.temporary_ = path + ".XXXXXX";
  out.file_ = FileHandle(::mkostemp(out.temporary_.data(), O_CLOEXEC));
  if (!out.file_) return out.failed(system_reason(errno));
  // mkostemp gives 0600; a new file gets what the user's umask says.
  mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(out.file_.fd(), 0666 & ~mask);
  return out;
}

Replacement::~Replacement() {
  if (file_) ::unlink(temporary_.c_str());
}

Result<void> Replacement::write(ByteView piece) {
  gathered_ += piece;
  return gathered_.size() < kGatheredBytes ? Result<void>() : flush();
}

Result<void> Replacement::flush() {
  auto written = write_all(file_.fd(), gathered_);
  gathered_.clear();
  return written ? written : failed(written.error().message);
}

Result<void> Replacement::keep() {
  auto written = flush();
  if (!written) return written;
  if ((::fsync(file_.fd()) != 0 && errno != EINVAL) ||
      ::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return failed(system_reason(errno));
  }
  file_ = FileHandle();
  return {};
}

Error Replacement::failed(const std::string& reason) const {
  return Error{path_ + ": cannot be written: " + reason};
}

Result<void> replace_file(const std::string& path, ByteView bytes) {
  auto file = Replacement::open(path);
  if (!file) return file.error();
  auto written = file->write(bytes);
  return written ? file->keep() : written;
}

}  // namespace straykey
