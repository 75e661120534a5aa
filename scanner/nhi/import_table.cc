// SPDX-License-Identifier: Apache-2.0
// An inventory that somebody keeps by hand: CSV, or JSON with the same keys. Its columns are
// the fields of an NHI by their names, nhi_id, and what joins a credential to it; a table with
// other headings is read with --column owner=Team. Columns that are none of these are not
// looked at.
#include "scanner/nhi/importer.h"

namespace straykey {
namespace {

struct LinkColumn {
  const char* name;
  LinkKind kind;
};

constexpr LinkColumn kLinkColumns[] = {
    {"credential_id", LinkKind::kCredentialId}, {"key_fingerprint", LinkKind::kKeyFingerprint},
    {"hint", LinkKind::kHintAndApplication},    {"principal_id", LinkKind::kPrincipalId},
    {"account_id", LinkKind::kAccount},         {"host", LinkKind::kHostPathRule},
};

void read_row(const Item& item, Row& row) {
  Nhi nhi;
  nhi.id = item.required("nhi_id");
  row.id(nhi.id);
  for (size_t i = 0; i < kFields; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string value = item.text(name(field));
    if (value.empty()) continue;
    Nhi trial;
    if (!set_from_text(trial, field, value)) {
      item.complain(name(field), "is not one of its values; see docs/identities.md");
    }
    row.say(nhi, field, text_of(trial, field));
  }
  const std::string provider = item.text("provider");
  for (const LinkColumn& column : kLinkColumns) {
    // A key pair and a host are what they are whoever uses them.
    const bool has_provider =
        column.kind != LinkKind::kKeyFingerprint && column.kind != LinkKind::kHostPathRule;
    row.add(row.link(column.kind, has_provider ? provider.c_str() : "", item.text(column.name),
                     nhi.id));
  }
  row.add(std::move(nhi));
}

}  // namespace

std::vector<ImportKind> table_kinds() {
  return {{"table",
           "table of identities (CSV or JSON: nhi_id, owner, ...)",
           "",
           {"nhi_id"},
           nullptr,
           read_row}};
}

}  // namespace straykey
