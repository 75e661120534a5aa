// SPDX-License-Identifier: Apache-2.0
// Some packed objects, each by its name, with nothing but the packs and our own reading of
// them. libgit2 keeps what it inflated and so is faster for many, but it takes ten
// milliseconds to start, because it reads the certificates of the system: a hook that needs
// a dozen trees cannot wait for that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scanner/git/inflate.h"
#include "scanner/git/mapped_file.h"
#include "scanner/git/object_store.h"
#include "scanner/git/pack_file.h"
#include "scanner/git/pack_index.h"

namespace straykey {

// SHA-1 names only. One per thread.
class FewPackedObjects {
 public:
  // Files *.idx. They and their packs are mapped here, and stay readable when git has packed
  // the objects anew and deletes them.
  explicit FewPackedObjects(const std::vector<std::string>& pack_indexes);

  // nullopt says nothing: it may be missing or damaged, or lean on another pack. Another
  // reader knows.
  std::optional<Object> read(const ObjectId& id);
  std::optional<ObjectReader::Header> header(const ObjectId& id);

 private:
  struct Pack {
    PackIndex index;
    MappedFile file;
  };
  // An object as its pack keeps it: the deltas, the outermost first, and what they lean on.
  struct Chain {
    std::vector<PackedHeader> deltas;
    PackedHeader base;
  };

  std::optional<Chain> find(const ObjectId& id);
  static std::optional<Chain> chain_at(const Pack& pack, uint64_t offset);
  bool inflate(const PackedHeader& packed, std::string& out);

  std::vector<Pack> packs_;
  Inflater inflater_;
};

}  // namespace straykey
