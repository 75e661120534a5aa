// SPDX-License-Identifier: Apache-2.0
// Where bytes come from, in two steps. A Source names work in batches, which is cheap and
// serial; a Batch reads its bytes, which is costly and runs on any thread. Neither knows
// what is looked for.
//
// A batch is some dozens of blobs or files: handing over one thing between threads costs
// more than reading a small one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/copy_run.h"
#include "scanner/source/coverage.h"
#include "scanner/source/origin.h"

namespace straykey {

// What a Sink keeps of bytes that others are made from.
class Seen {
 public:
  virtual ~Seen() = default;
};

// How bytes came from others that the same Sink has seen. Borrowed.
struct MadeFrom {
  ByteView base;
  const std::vector<CopyRun>& runs;  // in the order of `to`
  const Seen& seen;                  // what version() gave for the base
};

// Receives what a batch holds. Called from one thread at a time.
class Sink {
 public:
  virtual ~Sink() = default;
  // `bytes` is borrowed for the call.
  virtual void blob(const Origin& origin, ByteView bytes) = 0;
  // The same for bytes that others will be made from. Without an `origin` they are only
  // there for those. nullptr: nothing is kept, the others are to come without MadeFrom.
  virtual std::unique_ptr<Seen> version(const Origin* origin, ByteView bytes,
                                        const MadeFrom*) {
    if (origin) blob(*origin, bytes);
    return nullptr;
  }
  // Not looked at on purpose; `reason` is a short noun phrase that is counted.
  virtual void left_out(const std::string& reason, const std::string& where) = 0;
  // In scope, but could not be read: the run is incomplete.
  virtual void failed(const std::string& where, const std::string& reason) = 0;
};

// For work that is named and not read: counts what is left out and what fails.
class CoverageSink : public Sink {
 public:
  explicit CoverageSink(Coverage& coverage) : coverage_(coverage) {}  // borrowed
  void blob(const Origin&, ByteView) override {}
  void left_out(const std::string& reason, const std::string& where) override {
    coverage_.leave_out(reason, where);
  }
  void failed(const std::string& where, const std::string& reason) override {
    coverage_.fail(where, reason);
  }

 private:
  Coverage& coverage_;
};

class Batch {
 public:
  virtual ~Batch() = default;
  // What read() would read, for --explain-scope.
  virtual std::vector<Origin> origins() const = 0;
  // Reads everything of this batch into `sink`. Any thread, once.
  virtual void read(Sink& sink) = 0;
};

// Owned by the serial stage. Order of use: next() until it gives nothing.
class Source {
 public:
  virtual ~Source() = default;
  // The next work, or nullptr at the end. Names only: no large read here. What fails or
  // is left out while naming goes to `sink`.
  virtual std::unique_ptr<Batch> next(Sink& sink) = 0;
  // Kind, path, refs and commits; blobs and bytes are counted by the pipeline.
  virtual SourceCoverage coverage() const = 0;
  // How many blobs it names in all, once it knows: for progress.
  virtual std::optional<uint64_t> total() const { return std::nullopt; }
};

}  // namespace straykey
