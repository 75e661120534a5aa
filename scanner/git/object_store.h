// SPDX-License-Identifier: Apache-2.0
// Objects of a repository by their id. Two ways to read them, with the same answers:
//
//   fast    libgit2's object database, opened on the objects folder alone: no
//           configuration is read, no owner is checked, nothing can be run
//   compat  a `git cat-file --batch-command` process, for what libgit2 cannot read
//           (SHA-256 object names, damaged packs that git can still read around)
//
// A reader that fails on an object with the fast way tries the compat way once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/git/layout.h"
#include "scanner/git/object_id.h"

namespace straykey {

struct Object {
  ObjectType type = ObjectType::kBlob;
  std::string bytes;  // without git's header
};

// One per thread.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  // The error is one clause: "object is missing", "object is damaged: ...".
  virtual Result<Object> read(const ObjectId& id) = 0;
  // Type and size in bytes, without reading the content where that is possible.
  struct Header {
    ObjectType type;
    uint64_t size;
  };
  virtual Result<Header> header(const ObjectId& id) = 0;
  // The only object whose hexadecimal name begins with `prefix` (at least 4 digits).
  virtual Result<ObjectId> resolve_prefix(ByteView prefix) = 0;
};

enum class ReadWay : uint8_t { kAuto, kFast, kCompat };

// Whether what is read is held against its name. It costs more than the reading.
enum class Verify : uint8_t { kNo, kYes };

// Shared by all threads.
class ObjectStore {
 public:
  static Result<std::unique_ptr<ObjectStore>> open(const RepositoryLayout& layout, ReadWay way,
                                                   Verify verify = Verify::kNo);
  virtual ~ObjectStore() = default;

  // A reader for the calling thread to own; costs about a millisecond.
  virtual Result<std::unique_ptr<ObjectReader>> reader() const = 0;
  // "fast" or "compat", for --explain-scope and logs.
  virtual const char* way() const = 0;
};

}  // namespace straykey
