// SPDX-License-Identifier: Apache-2.0
// A file of git's that is never changed once it is there (packs and their indexes), mapped
// for reading.
#pragma once

#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

// Move-only; bytes() is valid while it lives, also when the file is deleted.
class MappedFile {
 public:
  // nullopt when it cannot be read, is empty or no regular file.
  static std::optional<MappedFile> open(const std::string& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace straykey
