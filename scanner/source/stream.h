// SPDX-License-Identifier: Apache-2.0
// Standard input, or any open file descriptor, as one blob.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "scanner/source/source.h"

namespace straykey {

// Reads to the end of the stream, in a batch, through a Spool: memory stays bounded
// however much comes. The descriptor stays the caller's and must outlive the batch.
class StreamSource : public Source {
 public:
  StreamSource(int fd, uint32_t source, std::string name = "-")
      : fd_(fd), source_(source), name_(std::move(name)) {}
  std::unique_ptr<Batch> next(Sink& sink) override;
  SourceCoverage coverage() const override;

 private:
  int fd_;
  uint32_t source_;
  std::string name_;
  bool is_given_ = false;
};

}  // namespace straykey
