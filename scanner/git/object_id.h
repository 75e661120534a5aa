// SPDX-License-Identifier: Apache-2.0
// The name of a git object: SHA-1 (20 bytes) or SHA-256 (32 bytes) of its content.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

enum class ObjectFormat : uint8_t { kSha1, kSha256 };

inline size_t id_bytes(ObjectFormat format) { return format == ObjectFormat::kSha1 ? 20 : 32; }

// A SHA-1 name has zeros behind its 20 bytes. Which of the two it is, the repository
// knows. All zeros: no object.
struct ObjectId {
  std::array<uint8_t, 32> bytes{};

  bool operator==(const ObjectId&) const = default;
  auto operator<=>(const ObjectId&) const = default;
  bool is_null() const { return *this == ObjectId{}; }

  std::string hex(ObjectFormat format) const;
  static ObjectId from_raw(ByteView raw);  // 20 or 32 bytes
  // Exactly 40 or 64 hexadecimal digits.
  static std::optional<ObjectId> from_hex(ByteView text);
};

enum class ObjectType : uint8_t { kCommit, kTree, kBlob, kTag };
const char* name(ObjectType type);  // "commit", "tree", "blob", "tag"

// The hash of this format over `bytes`, as names of objects and checksums of git's files are made
// with.
ObjectId hash_of(ByteView bytes, ObjectFormat format);

// The name that git gives to an object of these bytes.
ObjectId object_id(ObjectType type, ByteView bytes, ObjectFormat format);
inline ObjectId blob_id(ByteView bytes, ObjectFormat format) {
  return object_id(ObjectType::kBlob, bytes, format);
}

}  // namespace straykey

template <>
struct std::hash<straykey::ObjectId> {
  size_t operator()(const straykey::ObjectId& id) const noexcept {
    size_t value;  // the name is a hash already
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
