// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/forest_objects.h"

#include <utility>

namespace straykey {

ObjectNumber ForestObjects::find(const ObjectId& id) const {
  const ObjectNumber number = forest_.catalogue().find(id);
  return number != kNoObject && forest_.is_sound(number) ? number : kNoObject;
}

Result<Object> ForestObjects::read(const ObjectId& id) {
  const ObjectNumber number = find(id);
  ObjectBuffers::Buffer bytes;
  if (number == kNoObject || !packed_.read(number, bytes)) return others_.read(id);
  Object object{forest_.type(number), std::string(bytes.view())};
  packed_.buffers().give_back(std::move(bytes));
  return object;
}

Result<ObjectReader::Header> ForestObjects::header(const ObjectId& id) {
  const ObjectNumber number = find(id);
  if (number == kNoObject || forest_.base(number) != kNoObject ||
      forest_.size_guess(number) > PackedReader::kLargest) {
    return others_.header(id);
  }
  return Header{forest_.type(number), forest_.size_guess(number)};
}

Result<ObjectId> ForestObjects::resolve_prefix(ByteView prefix) {
  return others_.resolve_prefix(prefix);
}

}  // namespace straykey
