// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/object_id.h"

#include <algorithm>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"

namespace straykey {

std::string ObjectId::hex(ObjectFormat format) const {
  return straykey::hex(ByteView(reinterpret_cast<const char*>(bytes.data()), id_bytes(format)));
}

ObjectId ObjectId::from_raw(ByteView raw) {
  ObjectId id;
  std::memcpy(id.bytes.data(), raw.data(), std::min(raw.size(), id.bytes.size()));
  return id;
}

std::optional<ObjectId> ObjectId::from_hex(ByteView text) {
  if (text.size() != 40 && text.size() != 64) return std::nullopt;
  ObjectId id;
  if (!hex_decode(text, reinterpret_cast<char*>(id.bytes.data()))) return std::nullopt;
  return id;
}

const char* name(ObjectType type) {
  static constexpr const char* kNames[] = {"commit", "tree", "blob", "tag"};
  return kNames[static_cast<size_t>(type)];
}

ObjectId hash_of(ByteView bytes, ObjectFormat format) {
  return {format == ObjectFormat::kSha1 ? sha1(bytes) : sha256(bytes)};
}

ObjectId object_id(ObjectType type, ByteView bytes, ObjectFormat format) {
  std::string object = name(type) + (" " + std::to_string(bytes.size()));
  object += '\0';
  object += bytes;
  return hash_of(object, format);
}

}  // namespace straykey
