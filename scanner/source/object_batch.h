// SPDX-License-Identifier: Apache-2.0
// Git objects that are read one by one, by their names: staged blobs, the few commits of a
// range, and whatever the walk through the packs cannot read.
#pragma once

#include <string>
#include <vector>

#include "scanner/git/layout.h"
#include "scanner/git/reader_pool.h"
#include "scanner/source/source.h"

namespace straykey {

// One object to read, and what it is looked at as.
struct ObjectItem {
  ObjectId id;
  OriginKind kind = OriginKind::kBlob;
  std::string path;  // for kIndex
};

// A repository as its batches see it; shared by them.
struct ObjectPlace {
  const RepositoryLayout& layout;
  const std::string& path;    // as the user named it
  uint32_t source_index = 0;  // for origins
  ReaderPool& readers;

  Origin origin(const ObjectItem& item) const {
    return {item.kind, source_index, item.path, item.id, ""};
  }
  // "path: blob 1234 (file)", for messages.
  std::string where(const ObjectItem& item) const;
};

// `place` must outlive it.
class ObjectBatch : public Batch {
 public:
  ObjectBatch(const ObjectPlace& place, std::vector<ObjectItem> items)
      : place_(place), items_(std::move(items)) {}
  std::vector<Origin> origins() const override;
  void read(Sink& sink) override;

 private:
  void read_item(ObjectReader& objects, const ObjectItem& item, Sink& sink);
  void stream(const ObjectItem& item, uint64_t size, Sink& sink);

  const ObjectPlace& place_;
  std::vector<ObjectItem> items_;
};

}  // namespace straykey
