// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "scanner/base/file.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

struct Collected : Sink {
  void blob(const Origin& origin, ByteView bytes) override {
    origins.push_back(origin);
    content = bytes;
  }
  void left_out(const std::string&, const std::string&) override { FAIL(); }
  void failed(const std::string& where, const std::string& reason) override {
    failures.push_back(where + ": " + reason);
  }
  std::vector<Origin> origins;
  std::string content;
  std::vector<std::string> failures;
};

// Sends `bytes` through a pipe into a source.
Collected stream(const std::string& bytes) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  FileHandle output(ends[0]);
  std::thread writer([&] {
    FileHandle input(ends[1]);
    for (size_t at = 0; at < bytes.size();) {
      ssize_t n = ::write(input.fd(), bytes.data() + at, bytes.size() - at);
      if (n <= 0) break;
      at += static_cast<size_t>(n);
    }
  });
  Collected sink;
  StreamSource source(output.fd(), 2);
  while (auto batch = source.next(sink)) batch->read(sink);
  writer.join();
  return sink;
}

TEST(StreamSource, GivesTheWholeStreamAsOneBlob) {
  Collected got = stream("some bytes");
  ASSERT_EQ(got.origins.size(), 1u);
  EXPECT_EQ(got.content, "some bytes");
  EXPECT_EQ(got.origins[0].kind, OriginKind::kStream);
  EXPECT_EQ(got.origins[0].path, "-");
  EXPECT_EQ(got.origins[0].source, 2u);
  EXPECT_TRUE(got.failures.empty());
}

TEST(StreamSource, EmptyStreamIsAnEmptyBlob) {
  Collected got = stream("");
  EXPECT_EQ(got.origins.size(), 1u);
  EXPECT_EQ(got.content, "");
}

TEST(StreamSource, StreamLargerThanMemoryOfTheSpoolIsWhole) {
  std::string bytes;
  bytes.reserve(Spool::kMemoryBytes + (5u << 20));
  for (uint32_t i = 0; bytes.size() < Spool::kMemoryBytes + (4u << 20); ++i) {
    bytes += std::to_string(i * 2654435761u);
  }
  Collected got = stream(bytes);
  EXPECT_TRUE(got.content == bytes);
}

TEST(StreamSource, StreamThatCannotBeReadFails) {
  TempDir dir;
  FileHandle folder(::open(dir.path().c_str(), O_RDONLY | O_CLOEXEC));
  Collected sink;
  StreamSource source(folder.fd(), 0, "input");
  while (auto batch = source.next(sink)) batch->read(sink);
  EXPECT_EQ(sink.failures, (std::vector<std::string>{"input: is a directory"}));
  EXPECT_EQ(source.coverage().path, "input");
}

}  // namespace
}  // namespace straykey
