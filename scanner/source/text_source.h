// SPDX-License-Identifier: Apache-2.0
// Text that is nowhere yet: the message of a commit that is being made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scanner/source/source.h"

namespace straykey {

// Gives `text` in one batch. `name` stands for a path in reports: "commit message".
class TextSource : public Source {
 public:
  TextSource(std::string text, std::string name, uint32_t source)
      : text_(std::move(text)), name_(std::move(name)), source_(source) {}
  std::unique_ptr<Batch> next(Sink& sink) override;
  SourceCoverage coverage() const override;

 private:
  std::string text_;
  std::string name_;
  uint32_t source_;
  bool is_given_ = false;
};

}  // namespace straykey
