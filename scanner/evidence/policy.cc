// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/policy.h"

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/base/table_reader.h"

namespace straykey {
namespace {

constexpr int64_t kMostDays = 36500;
constexpr NhiClass kClasses[] = {NhiClass::kUnknown,         NhiClass::kPrivilegedService,
                                 NhiClass::kOrdinaryService, NhiClass::kThirdParty,
                                 NhiClass::kHumanShared,     NhiClass::kEphemeral};

// What stands in `table` over what `policy` says.
Result<void> read_class(const toml::table& table, const std::string& file,
                        const std::string& subject, ClassPolicy& policy) {
  TableReader reader(table, file, subject + ": ");
  reader.integer("max-age-days", policy.max_age, kMostDays);
  reader.integer("review-days", policy.review, kMostDays);
  reader.integer("idle-days", policy.idle, kMostDays);
  reader.integer("exception-days", policy.exception, kMostDays);
  const toml::table* sla = reader.table("sla");
  auto finished = reader.finish();
  if (!finished || !sla) return finished;
  TableReader days(*sla, file, subject + ": sla: ");
  for (Severity severity : {Severity::kInfo, Severity::kLow, Severity::kMedium, Severity::kHigh,
                            Severity::kCritical}) {
    days.integer(name(severity), policy.sla[static_cast<size_t>(severity)], kMostDays);
  }
  return days.finish();
}

}  // namespace

Policy::Policy() {
  ClassPolicy& privileged = classes_[static_cast<size_t>(NhiClass::kPrivilegedService)];
  privileged.max_age = privileged.review = 90;
  privileged.exception = 30;
  classes_[static_cast<size_t>(NhiClass::kThirdParty)].review = 180;
  classes_[static_cast<size_t>(NhiClass::kHumanShared)].review = 90;
  classes_[static_cast<size_t>(NhiClass::kEphemeral)].max_age = 1;
}

Result<Policy> Policy::parse(ByteView text, const std::string& file) {
  auto parsed = parse_toml(text, file);
  if (!parsed) return parsed.error();
  Policy policy;
  TableReader reader(*parsed, file, "");
  reader.text("id", policy.id_, Need::kRequired);
  reader.text("approved-by", policy.approved_by_);
  reader.integer("scan-days", policy.scan_days_, kMostDays);
  const toml::table* fallback = reader.table("default");
  const toml::table* classes = reader.table("class");
  auto finished = reader.finish();
  if (!finished) return finished.error();
  for (NhiClass nhi_class : kClasses) {
    ClassPolicy& of = policy.classes_[static_cast<size_t>(nhi_class)];
    if (!fallback) break;
    auto read = read_class(*fallback, file, "default", of);
    if (!read) return read.error();
  }
  if (classes) {
    TableReader names(*classes, file, "class: ");
    for (NhiClass nhi_class : kClasses) {
      const toml::table* table = names.table(name(nhi_class));
      if (!table) continue;
      auto read = read_class(*table, file, std::string("class ") + name(nhi_class),
                             policy.classes_[static_cast<size_t>(nhi_class)]);
      if (!read) return read.error();
    }
    finished = names.finish();
    if (!finished) return finished.error();
  }
  policy.digest_ = hex(sha256(text));
  return policy;
}

Result<Policy> Policy::load(const std::string& path) {
  if (path.empty()) return Policy();
  auto text = read_file(path);
  if (!text) return text.error();
  return parse(*text, path);
}

}  // namespace straykey
