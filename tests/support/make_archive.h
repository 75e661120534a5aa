// SPDX-License-Identifier: Apache-2.0
// Archives for tests, made by libarchive itself.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

#include "scanner/base/result.h"

namespace straykey {

using Files = std::vector<std::pair<std::string, std::string>>;  // name, content

// An archive of `files`: make_archive(archive_write_set_format_zip, ...filter_none, files).
inline std::string make_archive(int (*format)(archive*), int (*filter)(archive*),
                                const Files& files) {
  std::string bytes;
  archive* writer = archive_write_new();
  filter(writer);
  format(writer);
  archive_write_set_bytes_in_last_block(writer, 1);
  auto append = [](archive*, void* to, const void* from, size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(from), size);
    return static_cast<la_ssize_t>(size);
  };
  STRAYKEY_CHECK(archive_write_open2(writer, &bytes, nullptr, append, nullptr, nullptr) ==
                 ARCHIVE_OK);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    STRAYKEY_CHECK(archive_write_header(writer, entry) == ARCHIVE_OK);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  STRAYKEY_CHECK(archive_write_close(writer) == ARCHIVE_OK);
  archive_write_free(writer);
  return bytes;
}

}  // namespace straykey
