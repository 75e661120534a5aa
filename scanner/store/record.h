// SPDX-License-Identifier: Apache-2.0
// The records: all that a store knows, in the order in which it came to know it. Each holds
// the hash of the one before, so that none can be changed, removed, inserted or moved
// without all later hashes changing:
//
//   hash = SHA-256("straykey-record-1" LF sequence LF kind LF time LF previous LF body)
//
// sequence and time (seconds since 1970) in decimal, previous the hash before as 64
// hexadecimal digits (zeros for the first record), body a JSON object in the one form that
// canonical() gives. A body has no line end in it, so no two records have the same bytes.
//
// Kinds: store (the first record: which store this is), run-started, run-finished, finding,
// gone, decision, event, signed-head, and those of the register: import, nhi, person,
// component. docs/store.md has their bodies.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/store/connection.h"

namespace straykey {

struct Record {
  int64_t sequence = 0;  // from 1, without gaps
  std::string kind;
  int64_t time = 0;
  std::string body;
  std::string previous;
  std::string hash;
};

// RFC 8785 for what records hold: keys sorted by their bytes (they are ASCII), no blanks,
// strings escaped no more than needed, whole numbers. REQUIRES: strings are UTF-8, and no
// number has a fraction.
std::string canonical(const nlohmann::json& body);

// Foreign bytes as text for a body: utf8_text(), and a NUL, which PostgreSQL cannot keep,
// as U+2400.
std::string body_text(ByteView bytes);

std::string record_hash(const Record& record);

inline constexpr char kNoHash[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

// Where the chain ends. Sequence 0 and kNoHash before the first record.
struct Head {
  int64_t sequence = 0;
  std::string hash = kNoHash;
};
Result<Head> read_head(Connection& connection);

// Adds a record, what is derived from it, and moves the head. Only within a transaction for
// writing.
Result<Record> append_record(Connection& connection, const std::string& kind, int64_t time,
                             const nlohmann::json& body);

// The records from number `first` to number `last`, in order.
Result<void> each_record(Connection& connection, int64_t first, int64_t last,
                         const std::function<void(Record)>& record);
inline constexpr int64_t kLastRecord = INT64_MAX;

}  // namespace straykey
