// SPDX-License-Identifier: Apache-2.0
// The ceiling for scans of folders: lists a tree, then reads every file of it with some
// threads and looks at nothing.
//
//   read_files FOLDER THREADS
//
// Reading goes as fast as system calls allow: names relative to their folder, one buffer per
// thread, no status of a file, a short read is the end. Listing is on one thread and not part
// of the reading. Prints both times as JSON; lists nothing that begins with ".git/".
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr size_t kBufferBytes = 256u << 10;

struct Folder {
  int fd = -1;
  std::vector<std::string> files;
};

[[noreturn]] void fail(const std::string& what) {
  std::perror(what.c_str());
  std::exit(2);
}

void list(int parent, const std::string& name, std::vector<std::unique_ptr<Folder>>& folders) {
  int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(::dup(fd));
  if (!stream) fail(name);
  auto folder = std::make_unique<Folder>();
  folder->fd = fd;
  std::vector<std::string> below;
  while (const dirent* entry = ::readdir(stream)) {
    if (entry->d_type == DT_REG) folder->files.push_back(entry->d_name);
    if (entry->d_type != DT_DIR) continue;
    std::string child = entry->d_name;
    if (child != "." && child != ".." && child != ".git") below.push_back(std::move(child));
  }
  ::closedir(stream);
  folders.push_back(std::move(folder));
  for (const std::string& child : below) list(fd, child, folders);
}

uint64_t read_all(int folder, const char* name, char* buffer) {
  int fd = ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) fail(name);
  uint64_t bytes = 0;
  ssize_t n;
  do {
    n = ::read(fd, buffer, kBufferBytes);
    if (n < 0) fail(name);
    bytes += static_cast<uint64_t>(n);
  } while (n == static_cast<ssize_t>(kBufferBytes));
  ::close(fd);
  return bytes;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: read_files FOLDER THREADS\n");
    return 2;
  }
  std::vector<std::unique_ptr<Folder>> folders;
  auto begin = std::chrono::steady_clock::now();
  list(AT_FDCWD, argv[1], folders);
  double listing = seconds_since(begin);

  size_t files = 0;
  for (const auto& folder : folders) files += folder->files.size();
  std::atomic<size_t> next = 0;
  std::atomic<uint64_t> bytes = 0;
  auto read_some = [&] {
    auto buffer = std::make_unique<char[]>(kBufferBytes);
    uint64_t mine = 0;
    for (size_t i; (i = next.fetch_add(1)) < folders.size();) {
      const Folder& folder = *folders[i];
      for (const std::string& file : folder.files) {
        mine += read_all(folder.fd, file.c_str(), buffer.get());
      }
    }
    bytes += mine;
  };
  begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 1; i < std::atoi(argv[2]); ++i) threads.emplace_back(read_some);
  read_some();
  for (std::thread& thread : threads) thread.join();
  double reading = seconds_since(begin);
  std::printf(
      "{\"folders\": %zu, \"files\": %zu, \"bytes\": %llu, \"list_s\": %.4f, "
      "\"read_s\": %.4f}\n",
      folders.size(), files, static_cast<unsigned long long>(bytes.load()), listing, reading);
}
