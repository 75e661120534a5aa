// SPDX-License-Identifier: Apache-2.0
// Signatures compiled: gates that know where most may be, Hyperscan databases for the others, and
// an RE2 program for each, made when it is first needed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/signature/signature_set.h"

namespace straykey {

// Immutable after compile() or load(); shared by all threads. Move-only.
class Database {
 public:
  // Compiles everything; some seconds for a thousand signatures, and half of that with a
  // database of many of them as `like`. The error names the signature, its file and line, and
  // which engine refuses it.
  static Result<Database> compile(SignatureSet set, const Database* like = nullptr);

  // From what serialize() gave for the same set. Falls back to compile() when the bytes are of
  // another Hyperscan version.
  static Result<Database> load(SignatureSet set, std::string serialized);

  // The same for bytes that outlive the database, at a multiple of 16: nothing is copied, and
  // little of them is read.
  static Result<Database> load_in_place(SignatureSet set, ByteView serialized);

  // The Hyperscan database for any x86-64 CPU that Hyperscan supports (no tuning).
  Result<std::string> serialize() const;

  // The signatures that are part of the program, with their database, both embedded at
  // build time.
  static Result<Database> builtin();
  static Result<SignatureSet> builtin_signatures();

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  const SignatureSet& signatures() const;
  struct Parts;  // match/compiled.h
  const Parts& parts() const { return *parts_; }

  // Of what serialize() gives; one that has another number is compiled anew.
  static constexpr char kFormat = 15;

  // The version of Hyperscan (or Vectorscan) that is loaded: "5.4.0".
  static std::string engine_version();

  // How many bytes before and after a position can decide about a match there that starts
  // or ends at it. Chunks overlap by this much.
  uint32_t widest() const;

 private:
  friend class Matcher;
  explicit Database(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace straykey
