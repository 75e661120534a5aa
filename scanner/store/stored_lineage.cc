// SPDX-License-Identifier: Apache-2.0
#include "scanner/store/stored_lineage.h"

#include <utility>

#include "scanner/store/connection.h"
#include "scanner/store/record.h"

namespace straykey {
namespace {

std::optional<int64_t> time_in(const SqlValue& value) {
  const auto* whole = std::get_if<int64_t>(&value);
  return whole ? std::optional<int64_t>(*whole) : std::nullopt;
}

}  // namespace

Result<StoredLineage> lineage_of(Connection& connection, const std::string& nhi_id) {
  StoredLineage out;
  const Row id = {body_text(nhi_id)};
  auto found = connection.query(
      "SELECT COUNT(*), MIN(COALESCE(committed_at, first_seen)) FROM finding WHERE nhi = $1", id);
  if (!found) return found.error();
  out.secrets = static_cast<uint64_t>(number(found->front()[0]));
  out.since = time_in(found->front()[1]);
  auto places = connection.query(
      "SELECT presence.source, path, presence, occurrence.committed_at, author_email"
      " FROM finding JOIN occurrence ON occurrence.finding = finding.id"
      " JOIN presence ON presence.finding = finding.id AND presence.source = occurrence.source"
      " WHERE finding.nhi = $1"
      " ORDER BY presence.source, path, occurrence.committed_at",
      id);
  if (!places) return places.error();
  for (const Row& row : *places) {
    StoredPlace place{text(row[0]), text(row[1]), text(row[2]), time_in(row[3]), text(row[4])};
    out.sources.insert(place.source);
    if (!place.author_email.empty()) out.authors.insert(place.author_email);
    // Of one path the first commit tells, and whether any version of it is still there.
    if (!out.places.empty() && out.places.back().source == place.source &&
        out.places.back().path == place.path) {
      if (place.presence == "tip") out.places.back().presence = "tip";
      continue;
    }
    out.places.push_back(std::move(place));
  }
  return out;
}

}  // namespace straykey
