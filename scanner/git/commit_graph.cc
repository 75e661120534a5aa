// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/commit_graph.h"

#include <sstream>

#include "scanner/base/file.h"
#include "scanner/git/big_endian.h"

namespace straykey {
namespace {

constexpr uint64_t kHeaderBytes = 8;  // "CGPH", versions, numbers of chunks and bases
constexpr uint64_t kChunkEntryBytes = 12;
constexpr uint64_t kFanoutBytes = 4 * 256;
constexpr uint32_t kNoParent = 0x70000000;
constexpr uint32_t kMoreParents = 0x80000000;  // the rest is a place among the edges
constexpr uint32_t kLastEdge = 0x80000000;

bool has_checksum(ByteView bytes, ObjectFormat format) {
  const size_t size = bytes.size() - id_bytes(format);
  return ObjectId::from_raw(bytes.substr(size)) == hash_of(bytes.substr(0, size), format);
}

}  // namespace

CommitGraph CommitGraph::open(const std::string& objects_dir, ObjectFormat format) {
  const std::string folder = objects_dir + "/info/";
  CommitGraph graph;
  graph.id_bytes_ = id_bytes(format);
  bool is_sound = true;
  if (auto chain = read_file(folder + "commit-graphs/commit-graph-chain")) {
    std::istringstream lines(*chain);
    for (std::string hash; is_sound && std::getline(lines, hash);) {
      is_sound = ObjectId::from_hex(hash) &&
                 graph.add(folder + "commit-graphs/graph-" + hash + ".graph", format);
    }
  } else {
    is_sound = graph.add(folder + "commit-graph", format);
  }
  if (!is_sound || !graph.is_sound()) return {};
  return graph;
}

bool CommitGraph::add(const std::string& path, ObjectFormat format) {
  auto file = MappedFile::open(path);
  if (!file) return false;
  const ByteView bytes = file->bytes();
  const char hash_version = format == ObjectFormat::kSha1 ? 1 : 2;
  if (bytes.size() < kHeaderBytes + id_bytes_ || !bytes.starts_with("CGPH\1") ||
      bytes[5] != hash_version || static_cast<uint8_t>(bytes[7]) != layers_.size() ||
      !has_checksum(bytes, format)) {
    return false;
  }
  Layer layer;
  layer.first = size_;
  ByteView fanout;
  const uint64_t chunks = static_cast<uint8_t>(bytes[6]);
  const uint64_t end = bytes.size() - id_bytes_;
  if (kHeaderBytes + (chunks + 1) * kChunkEntryBytes > end) return false;
  for (uint64_t i = 0; i < chunks; ++i) {
    const uint64_t entry = kHeaderBytes + i * kChunkEntryBytes;
    const uint64_t from = big_endian(bytes.substr(entry + 4, 8));
    const uint64_t to = big_endian(bytes.substr(entry + kChunkEntryBytes + 4, 8));
    if (from > to || to > end) return false;
    const ByteView id = bytes.substr(entry, 4), chunk = slice(bytes, {from, to});
    if (id == "OIDF") fanout = chunk;
    if (id == "OIDL") layer.names = chunk;
    if (id == "CDAT") layer.data = chunk;
    if (id == "EDGE") layer.edges = chunk;
  }
  if (fanout.size() != kFanoutBytes) return false;
  layer.size = big_endian_32(fanout, kFanoutBytes - 4);
  if (layer.names.size() != layer.size * id_bytes_ ||
      layer.data.size() != layer.size * (id_bytes_ + 16) || layer.edges.size() % 4 != 0 ||
      layer.size >= kNoParent - size_) {
    return false;
  }
  size_ += layer.size;
  layer.file = std::move(*file);
  layers_.push_back(std::move(layer));
  return true;
}

const CommitGraph::Layer& CommitGraph::layer_of(uint32_t& number) const {
  size_t i = layers_.size() - 1;
  while (layers_[i].first > number) --i;
  number -= layers_[i].first;
  return layers_[i];
}

// How long the longest way from a commit to one without parents is, as the file says.
uint32_t CommitGraph::generation(uint32_t number) const {
  const Layer& layer = layer_of(number);
  return big_endian_32(layer.data, number * (id_bytes_ + 16) + id_bytes_ + 8) >> 2;
}

// Calls found(parent) for the parents of a commit until one is refused, or is none at all.
template <class Found>
bool CommitGraph::each_parent(const Layer& layer, uint32_t number, Found found) const {
  const uint64_t at = number * (id_bytes_ + 16) + id_bytes_;
  const uint32_t first = big_endian_32(layer.data, at);
  const uint32_t second = big_endian_32(layer.data, at + 4);
  const auto take = [&](uint32_t parent) { return parent < size_ && found(parent); };
  if (first != kNoParent && !take(first)) return false;
  if (second == kNoParent) return true;
  if (!(second & kMoreParents)) return take(second);
  for (uint64_t edge = 4 * uint64_t{second & ~kMoreParents};; edge += 4) {
    if (edge + 4 > layer.edges.size()) return false;
    const uint32_t parent = big_endian_32(layer.edges, edge);
    if (!take(parent & ~kLastEdge)) return false;
    if (parent & kLastEdge) return true;
  }
}

// Whether all parents are there, and no commit comes before itself.
bool CommitGraph::is_sound() const {
  for (const Layer& layer : layers_) {
    for (uint32_t i = 0; i < layer.size; ++i) {
      const uint32_t own = generation(layer.first + i);
      if (!each_parent(layer, i, [&](uint32_t parent) { return generation(parent) < own; })) {
        return false;
      }
    }
  }
  return true;
}

GraphCommit CommitGraph::commit(uint32_t number) const {
  const Layer& layer = layer_of(number);
  GraphCommit out;
  out.name = layer.names.data() + number * id_bytes_;
  const uint64_t at = number * (id_bytes_ + 16);
  out.tree = layer.data.data() + at;
  each_parent(layer, number, [&](uint32_t parent) {
    const Layer& of_parent = layer_of(parent);
    out.parents.push_back(of_parent.names.data() + parent * id_bytes_);
    return true;
  });
  // The lower two bits of the generation's four bytes are above the time's.
  out.committed_at = static_cast<int64_t>(
      big_endian(layer.data.substr(at + id_bytes_ + 8, 8)) & ((uint64_t{1} << 34) - 1));
  return out;
}

}  // namespace straykey
