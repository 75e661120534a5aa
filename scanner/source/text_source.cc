// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/text_source.h"

#include <utility>

namespace straykey {
namespace {

class TextBatch : public Batch {
 public:
  TextBatch(std::string text, Origin origin)
      : text_(std::move(text)), origin_(std::move(origin)) {}
  std::vector<Origin> origins() const override { return {origin_}; }
  void read(Sink& sink) override { sink.blob(origin_, text_); }

 private:
  std::string text_;
  Origin origin_;
};

}  // namespace

std::unique_ptr<Batch> TextSource::next(Sink&) {
  if (is_given_) return nullptr;
  is_given_ = true;
  Origin origin;
  origin.kind = OriginKind::kStream;
  origin.source = source_;
  origin.path = name_;
  return std::make_unique<TextBatch>(std::move(text_), std::move(origin));
}

SourceCoverage TextSource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "stream";
  coverage.path = name_;
  return coverage;
}

}  // namespace straykey
