// SPDX-License-Identifier: Apache-2.0
// Members of the JSON that records of a store hold. A member that is absent or of another type is
// as one that says nothing: "", 0, none.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "scanner/base/bytes.h"

namespace straykey {

using Json = nlohmann::json;

inline const Json& at(const Json& body, const char* key) {
  static const Json none;
  auto found = body.find(key);
  return found == body.end() ? none : *found;
}

inline std::string text_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_string() ? value.get<std::string>() : "";
}

inline std::optional<int64_t> optional_at(const Json& body, const char* key) {
  const Json& value = at(body, key);
  return value.is_number_integer() ? std::optional(value.get<int64_t>()) : std::nullopt;
}

inline int64_t number_at(const Json& body, const char* key) {
  return optional_at(body, key).value_or(0);
}

inline uint64_t count_at(const Json& body, const char* key) {
  return static_cast<uint64_t>(number_at(body, key));
}

// The value of an enumeration up to `last` that is called `word`.
template <class Enum>
Enum named(ByteView word, Enum last, Enum fallback) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (word == name(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  return fallback;
}

}  // namespace straykey
