// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/object_batch.h"

#include <algorithm>

#include "scanner/base/file.h"
#include "scanner/git/process.h"

namespace straykey {
namespace {

// A blob above this is streamed through git into a Spool instead of into memory.
constexpr uint64_t kStreamedBytes = 64u << 20;
constexpr uint64_t kPiece = 1u << 20;

}  // namespace

std::string ObjectPlace::where(const ObjectItem& item) const {
  const char* noun = item.kind == OriginKind::kCommitMessage ? "commit "
                     : item.kind == OriginKind::kTagMessage  ? "tag "
                                                             : "blob ";
  std::string text = path + ": " + noun + item.id.hex(layout.format);
  return item.path.empty() ? text : text + " (" + item.path + ")";
}

std::vector<Origin> ObjectBatch::origins() const {
  std::vector<Origin> origins;
  for (const ObjectItem& item : items_) origins.push_back(place_.origin(item));
  return origins;
}

void ObjectBatch::read(Sink& sink) {
  auto reader = place_.readers.lend();
  for (const ObjectItem& item : items_) {
    if (!reader) {
      sink.failed(place_.where(item), reader.error().message);
      continue;
    }
    read_item(**reader, item, sink);
  }
}

void ObjectBatch::read_item(ObjectReader& objects, const ObjectItem& item, Sink& sink) {
  auto header = objects.header(item.id);
  if (!header) return sink.failed(place_.where(item), header.error().message);
  if (header->size > kStreamedBytes) return stream(item, header->size, sink);
  auto object = objects.read(item.id);
  if (!object) return sink.failed(place_.where(item), object.error().message);
  sink.blob(place_.origin(item), object->bytes);
}

void ObjectBatch::stream(const ObjectItem& item, uint64_t size, Sink& sink) {
  auto fail = [&](const Error& error) { sink.failed(place_.where(item), error.message); };
  auto git = GitProcess::start(place_.layout, {"cat-file", "--batch"});
  if (!git) return fail(git.error());
  auto asked = git->write(item.id.hex(place_.layout.format) + "\n");
  if (!asked) return fail(asked.error());
  auto line = git->read_line();
  if (!line) return fail(line.error());
  Spool spool;
  for (uint64_t left = size; left > 0;) {
    auto piece = git->read_exactly(std::min(left, kPiece));
    if (!piece) return fail(piece.error());
    left -= piece->size();
    auto written = spool.write(*piece);
    if (!written) return fail(written.error());
  }
  auto bytes = spool.take();
  if (!bytes) return fail(bytes.error());
  sink.blob(place_.origin(item), bytes->bytes());
}

}  // namespace straykey
