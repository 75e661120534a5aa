// SPDX-License-Identifier: Apache-2.0
// What an organisation has laid down about its non-human identities, as a file:
//
//   id          = "acme 2026-1"
//   approved-by = "ciso@acme.example"
//   scan-days   = 7          # everything is scanned at least that often
//
//   [default]
//   max-age-days   = 365     # of a credential, until it is to be rotated
//   review-days    = 365     # between two reviews of an NHI
//   idle-days      = 90      # unused for longer: to be retired
//   exception-days = 90      # the longest term of an exception
//   sla = { critical = 1, high = 7, medium = 30, low = 90, info = 365 }   # days to act
//
//   [class.privileged-service]
//   max-age-days = 90
//
// What a class does not say is as in [default], and what that does not say is built in: the
// numbers above, with stricter ones for privileged, shared and ephemeral identities.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/nhi/nhi.h"
#include "scanner/signature/signature.h"

namespace straykey {

// In days.
struct ClassPolicy {
  uint32_t max_age = 365;
  uint32_t review = 365;
  uint32_t idle = 90;
  uint32_t exception = 90;
  std::array<uint32_t, 5> sla = {365, 90, 30, 7, 1};  // index: Severity
  bool operator==(const ClassPolicy&) const = default;
};

// Immutable once read.
class Policy {
 public:
  Policy();  // what is built in

  // The error says "file:line: ..."; an unknown key comes with a suggestion.
  static Result<Policy> parse(ByteView text, const std::string& file);
  // `path` "" is what is built in.
  static Result<Policy> load(const std::string& path);

  const ClassPolicy& of(NhiClass nhi_class) const {
    return classes_[static_cast<size_t>(nhi_class)];
  }
  const std::string& id() const { return id_; }
  const std::string& approved_by() const { return approved_by_; }
  uint32_t scan_days() const { return scan_days_; }
  // SHA-256 of the file in hex; "" for what is built in.
  const std::string& digest() const { return digest_; }

 private:
  std::string id_ = "built in";
  std::string approved_by_;
  std::string digest_;
  uint32_t scan_days_ = 7;
  std::array<ClassPolicy, 6> classes_;  // index: NhiClass
};

}  // namespace straykey
