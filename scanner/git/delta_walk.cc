// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/delta_walk.h"

namespace straykey {

ObjectBuffers::Buffer ObjectBuffers::take(size_t size) {
  auto at = std::lower_bound(free_.begin(), free_.end(), size,
                             [](const Buffer& b, size_t s) { return b.capacity < s; });
  Buffer buffer;
  if (at != free_.end()) {
    buffer = std::move(*at);
    free_.erase(at);
  } else {
    if (!free_.empty()) free_.pop_back();  // too small, and about to be replaced
    buffer.capacity = size + size / 4 + 64;
    buffer.bytes = std::make_unique_for_overwrite<char[]>(buffer.capacity);
  }
  buffer.size = size;
  return buffer;
}

void ObjectBuffers::give_back(Buffer buffer) {
  if (buffer.capacity == 0) return;
  auto at = std::lower_bound(free_.begin(), free_.end(), buffer.capacity,
                             [](const Buffer& b, size_t s) { return b.capacity < s; });
  free_.insert(at, std::move(buffer));
}

bool PackedReader::read_whole(ObjectNumber number, ObjectBuffers::Buffer& out) {
  ObjectCatalogue::Entry at = forest_.catalogue().entry(number);
  auto header = at.pack->header(at.number);
  if (!header || header->size > kLargest) return false;
  out = buffers_.take(header->size);
  if (inflater_.inflate(header->compressed, out.bytes.get(), header->size)) return true;
  buffers_.give_back(std::move(out));
  return false;
}

bool PackedReader::read_changed(ObjectNumber number, ByteView base, ObjectBuffers::Buffer& out,
                                std::vector<CopyRun>& runs) {
  ObjectCatalogue::Entry at = forest_.catalogue().entry(number);
  auto header = at.pack->header(at.number);
  if (!header || header->size > kLargest) return false;
  if (delta_.capacity < header->size) {
    buffers_.give_back(std::move(delta_));
    delta_ = buffers_.take(header->size);
  }
  if (!inflater_.inflate(header->compressed, delta_.bytes.get(), header->size)) return false;
  ByteView delta(delta_.bytes.get(), header->size);
  auto sizes = take_delta_sizes(delta);
  if (!sizes || sizes->base != base.size() || sizes->result > kLargest) return false;
  out = buffers_.take(sizes->result);
  if (apply_delta(delta, base, out.bytes.get(), sizes->result, runs)) return true;
  buffers_.give_back(std::move(out));
  return false;
}

bool PackedReader::read(ObjectNumber number, ObjectBuffers::Buffer& out) {
  std::vector<ObjectNumber> chain{number};
  while (forest_.base(chain.back()) != kNoObject) chain.push_back(forest_.base(chain.back()));
  if (!read_whole(chain.back(), out)) return false;
  std::vector<CopyRun> runs;
  for (size_t i = chain.size() - 1; i-- > 0;) {
    ObjectBuffers::Buffer next;
    runs.clear();
    bool made = read_changed(chain[i], out.view(), next, runs);
    buffers_.give_back(std::move(out));
    if (!made) return false;
    out = std::move(next);
  }
  return true;
}

}  // namespace straykey
