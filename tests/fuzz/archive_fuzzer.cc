// SPDX-License-Identifier: Apache-2.0
// Any bytes can be an archive, and what comes out of them stays within the limits.
#include "scanner/source/archive.h"

#include "tests/fuzz/fuzzer.h"
#include "tests/support/make_archive.h"

namespace straykey {
namespace {

constexpr ArchiveLimits kLimits = {.depth = 3,
                                   .entry_bytes = 64u << 10,
                                   .total_bytes = 256u << 10,
                                   .entries = 50,
                                   .ratio = 100,
                                   .ratio_from_bytes = 32u << 10};

struct Checker : Sink {
  void blob(const Origin& origin, ByteView bytes) override {
    STRAYKEY_CHECK(!origin.member.empty());
    STRAYKEY_CHECK(bytes.size() <= kLimits.entry_bytes);
    total += bytes.size();
    STRAYKEY_CHECK(++members <= kLimits.entries);
    STRAYKEY_CHECK(total <= kLimits.total_bytes);
  }
  void left_out(const std::string& reason, const std::string& where) override {
    STRAYKEY_CHECK(!reason.empty() && !where.empty());
  }
  void failed(const std::string&, const std::string&) override {
    constexpr bool kEverythingFitsIntoMemory = false;
    STRAYKEY_CHECK(kEverythingFitsIntoMemory);
  }
  uint64_t total = 0;
  uint32_t members = 0;
};

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const Files files = {{"a.txt", "one"}, {"b/c.txt", std::string(3000, 'x')}, {"empty", ""}};
  using Step = int (*)(archive*);
  std::vector<std::string> seeds;
  for (Step format : {archive_write_set_format_zip, archive_write_set_format_7zip,
                      archive_write_set_format_ustar, archive_write_set_format_pax,
                      archive_write_set_format_gnutar, archive_write_set_format_cpio_newc,
                      archive_write_set_format_cpio_odc}) {
    seeds.push_back(make_archive(format, archive_write_add_filter_none, files));
  }
  for (Step filter : {archive_write_add_filter_gzip, archive_write_add_filter_bzip2,
                      archive_write_add_filter_xz, archive_write_add_filter_lzma,
                      archive_write_add_filter_zstd, archive_write_add_filter_lz4}) {
    seeds.push_back(make_archive(archive_write_set_format_ustar, filter, files));
    seeds.push_back(make_archive(archive_write_set_format_raw, filter, {{"x", "text"}}));
  }
  const Files nested = {
      {"inner.zip", seeds[0]}, {"inner.7z", seeds[1]}, {"inner.tar.gz", seeds[7]}};
  for (Step format : {archive_write_set_format_zip, archive_write_set_format_ar_svr4}) {
    seeds.push_back(make_archive(format, archive_write_add_filter_none, nested));
  }
  return seeds;
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  Checker sink;
  Origin origin;
  origin.path = "dir/it";
  expand_archive(origin, ByteView(reinterpret_cast<const char*>(data), size), kLimits, sink);
  return 0;
}
