// SPDX-License-Identifier: Apache-2.0
// Unpacking alone: what is inside is given to a sink that only counts.
#include <archive.h>
#include <archive_entry.h>
#include <benchmark/benchmark.h>

#include "bench/made_text.h"
#include "scanner/source/archive.h"

namespace straykey {
namespace {

using Choice = int (*)(archive*);

std::string packed(const MadeText& text, Choice format, Choice filter) {
  std::string bytes;
  archive* writer = archive_write_new();
  format(writer);
  filter(writer);
  auto append = [](archive*, void* to, const void* from, size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(from), size);
    return static_cast<la_ssize_t>(size);
  };
  if (archive_write_open2(writer, &bytes, nullptr, append, nullptr, nullptr) != ARCHIVE_OK) {
    end_with(Error{archive_error_string(writer)});
  }
  archive_entry* entry = archive_entry_new();
  for (size_t i = 0; i < text.blobs.size(); ++i) {
    archive_entry_clear(entry);
    archive_entry_set_pathname(entry, (std::to_string(i) + ".c").c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.blobs[i].size()));
    archive_write_header(writer, entry);
    archive_write_data(writer, text.blobs[i].data(), text.blobs[i].size());
  }
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  return bytes;
}

struct CountingSink : Sink {
  void blob(const Origin&, ByteView bytes) override {
    ++members;
    size += bytes.size();
  }
  void left_out(const std::string& reason, const std::string&) override { end_with({reason}); }
  void failed(const std::string&, const std::string& reason) override { end_with({reason}); }
  uint64_t members = 0;
  uint64_t size = 0;
};

void expand(benchmark::State& state, Choice format, Choice filter) {
  MadeText text = made_text(builtin_database().signatures(), 4'000'000, 0, 1);
  std::string bytes = packed(text, format, filter);
  CountingSink sink;
  for (auto _ : state) {
    sink = {};
    expand_archive({}, bytes, {}, sink);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(sink.size));
  state.counters["members"] = static_cast<double>(sink.members);
}
BENCHMARK_CAPTURE(expand, zip, archive_write_set_format_zip, archive_write_add_filter_none)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(expand, tar, archive_write_set_format_ustar, archive_write_add_filter_none)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(expand, tar_gz, archive_write_set_format_ustar, archive_write_add_filter_gzip)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace straykey
