// SPDX-License-Identifier: Apache-2.0
#include "scanner/git/few_packed_objects.h"

#include <algorithm>
#include <utility>

#include "scanner/git/delta.h"

namespace straykey {
namespace {

constexpr size_t kLongestChain = 4096;  // git makes none above 4095
constexpr uint64_t kMostFromOneByte = 1032;  // of what deflate can do

ObjectType type_of(PackedType type) {
  switch (type) {
    case PackedType::kCommit: return ObjectType::kCommit;
    case PackedType::kTree: return ObjectType::kTree;
    case PackedType::kTag: return ObjectType::kTag;
    default: return ObjectType::kBlob;
  }
}

}  // namespace

FewPackedObjects::FewPackedObjects(const std::vector<std::string>& pack_indexes) {
  for (const std::string& name : pack_indexes) {
    auto index = PackIndex::open(name, ObjectFormat::kSha1);
    auto file = MappedFile::open(name.substr(0, name.size() - 4) + ".pack");
    if (index && file) packs_.push_back({std::move(*index), std::move(*file)});
  }
}

std::optional<FewPackedObjects::Chain> FewPackedObjects::chain_at(const Pack& pack,
                                                                  uint64_t offset) {
  Chain chain;
  ByteView bytes = pack.file.bytes();
  uint64_t name_bytes = id_bytes(ObjectFormat::kSha1);
  while (chain.deltas.size() <= kLongestChain) {
    if (bytes.size() < name_bytes || offset >= bytes.size() - name_bytes) return std::nullopt;
    ByteView entry = bytes.substr(offset, bytes.size() - name_bytes - offset);
    auto header = read_packed_header(entry, offset, name_bytes);
    if (!header) return std::nullopt;
    if (header->type == PackedType::kOffsetDelta) {
      offset = header->base_offset;
    } else if (header->type == PackedType::kNameDelta) {
      auto position = pack.index.position(header->base_name);
      auto base = position ? pack.index.offset(*position) : std::nullopt;
      if (!base) return std::nullopt;
      offset = *base;
    } else {
      chain.base = *header;
      return chain;
    }
    chain.deltas.push_back(*header);
  }
  return std::nullopt;
}

std::optional<FewPackedObjects::Chain> FewPackedObjects::find(const ObjectId& id) {
  for (const Pack& pack : packs_) {
    if (auto offset = pack.index.find(id)) return chain_at(pack, *offset);
  }
  return std::nullopt;
}

bool FewPackedObjects::inflate(const PackedHeader& packed, std::string& out) {
  if (packed.size / kMostFromOneByte > packed.compressed.size()) return false;
  out.resize(packed.size);
  return inflater_.inflate(packed.compressed, out.data(), out.size());
}

std::optional<Object> FewPackedObjects::read(const ObjectId& id) {
  auto chain = find(id);
  if (!chain) return std::nullopt;
  std::string bytes, packed;
  if (!inflate(chain->base, bytes)) return std::nullopt;
  std::vector<CopyRun> ignored;
  for (size_t i = chain->deltas.size(); i-- > 0;) {
    if (!inflate(chain->deltas[i], packed)) return std::nullopt;
    ByteView delta = packed;
    auto sizes = take_delta_sizes(delta);
    // No instruction makes more than 16 MB, and none is shorter than a byte.
    if (!sizes || sizes->base != bytes.size() || sizes->result >> 24 > delta.size()) {
      return std::nullopt;
    }
    std::string result(sizes->result, '\0');
    ignored.clear();
    if (!apply_delta(delta, bytes, result.data(), result.size(), ignored)) return std::nullopt;
    bytes = std::move(result);
  }
  return Object{type_of(chain->base.type), std::move(bytes)};
}

std::optional<ObjectReader::Header> FewPackedObjects::header(const ObjectId& id) {
  auto chain = find(id);
  if (!chain) return std::nullopt;
  ObjectReader::Header header{type_of(chain->base.type), chain->base.size};
  if (!chain->deltas.empty()) {
    std::string packed;
    if (!inflate(chain->deltas.front(), packed)) return std::nullopt;
    ByteView delta = packed;
    auto sizes = take_delta_sizes(delta);
    if (!sizes) return std::nullopt;
    header.size = sizes->result;
  }
  return header;
}

}  // namespace straykey
