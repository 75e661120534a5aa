// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/import.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <unordered_set>

#include "scanner/base/encoding.h"
#include "scanner/base/hash.h"
#include "scanner/base/suggest.h"
#include "scanner/base/time.h"
#include "scanner/nhi/entries.h"
#include "scanner/nhi/packed.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

const std::vector<ImportKind>& all_kinds() {
  static const std::vector<ImportKind> table = [] {
    std::vector<ImportKind> out;
    for (auto family :
         {aws_kinds, gcp_kinds, azure_kinds, kubernetes_kinds, github_kinds, gitlab_kinds,
          vault_kinds, backstage_kinds, people_kinds, table_kinds, register_kinds}) {
      for (ImportKind& kind : family()) out.push_back(std::move(kind));
    }
    return out;
  }();
  return table;
}

// `key` may be "a.b".
bool has_key(const Json& value, const std::string& key) {
  const size_t dot = key.find('.');
  if (!value.is_object()) return false;
  auto found = value.find(key.substr(0, dot));
  if (found == value.end()) return false;
  return dot == std::string::npos || has_key(*found, key.substr(dot + 1));
}

std::vector<std::string> missing_keys(const ImportKind& kind, const Json& value) {
  std::vector<std::string> out;
  for (const char* key : kind.keys) {
    if (!has_key(value, key)) out.push_back(key);
  }
  return out;
}

void count(Tallies& tallies, const std::string& reason, const std::string& place) {
  Tally& tally = tallies[reason];
  if (tally.count++ == 0) tally.first = place;
}

// The beginning of its SHA-256 stands for an id that must not come twice.
using OnceDigest = std::array<uint8_t, 16>;
OnceDigest digest_of(ByteView id) {
  const Digest digest = sha256(id);
  OnceDigest out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

template <class Values, class Value>
void append(Values& to, std::vector<Value>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()),
            std::make_move_iterator(from.end()));
}

// Reads one file. Order of use: take()* finish().
class ExportReader {
 public:
  ExportReader(const std::string& file, ExportFormat format, int64_t changed,
               const ImportOptions& options)
      : format_(format), options_(options) {
    out_.report.file = file;
    out_.report.source = options.source;
    out_.report.as_of = options.as_of.value_or(changed);
    decide(options.kind);
  }

  Result<void> take(Entry entry) {
    if (entry.list == ".") return take_rest(std::move(entry.value));
    ++out_.report.entries;
    ++in_list_[entry.list];
    const std::string place = place_text(format_, entry.place);
    if (format_ == ExportFormat::kCsv && entry.value.contains("")) {
      count(out_.report.left_out, "it has another number of cells than the header", place);
      return {};
    }
    rename(entry.value);
    const ImportKind* kind = match(entry.list, entry.value);
    if (kind) {
      lists_of_kind_.insert(entry.list);
      take_row(*kind, entry.value, place);
    } else {
      if (foreign_.empty()) resembles_ = nearest_kind(entry.list, entry.value);
      count(foreign_[entry.list], what_is_missing(entry.list, entry.value), place);
    }
    return {};
  }

  Result<Imported> finish() {
    Intake& report = out_.report;
    for (auto& [list, tallies] : foreign_) {
      // A list of which no entry is of the kind is another part of the export.
      const bool is_other = !list.empty() && !report.kind.empty() && !lists_of_kind_.empty() &&
                            lists_of_kind_.count(list) == 0;
      for (auto& [reason, tally] : tallies) {
        if (is_other) {
          report.passed_over["entry of " + list].count += tally.count;
        } else {
          report.left_out[reason] = tally;
        }
      }
    }
    if (report.entries == 0) return std::move(out_);
    if (report.kind.empty()) return unknown();
    if (report.taken == 0 && report.passed_over.empty() && !report.left_out.empty()) {
      const auto& [reason, tally] = *report.left_out.begin();
      return Error{report.file + ": is taken for " + report.title +
                   ", but none of its entries can be read; " + tally.first + ": " + reason};
    }
    return std::move(out_);
  }

  // The report that `aws iam get-credential-report` gives is CSV inside of JSON.
  const std::optional<std::string>& wrapped() const { return wrapped_; }
  std::optional<int64_t> generated() const { return generated_; }

 private:
  void decide(const std::string& kind) {
    for (const ImportKind& candidate : all_kinds()) {
      if (kind != candidate.name) continue;
      out_.report.kind = kind;
      out_.report.title = candidate.title;
      if (out_.report.source.empty()) out_.report.source = kind;
      return;
    }
  }

  void rename(Json& value) const {
    if (!value.is_object()) return;
    for (const auto& [key, given] : options_.columns) {
      auto found = value.find(given);
      if (found != value.end()) value[key] = *found;
    }
  }

  const ImportKind* match(const std::string& list, const Json& value) {
    for (const ImportKind& kind : all_kinds()) {
      if (!out_.report.kind.empty() && out_.report.kind != kind.name) continue;
      if (list != kind.list || !missing_keys(kind, value).empty()) continue;
      if (kind.is && !kind.is(value)) continue;
      if (out_.report.kind.empty()) decide(kind.name);
      return &kind;
    }
    return nullptr;
  }

  // Why an entry is not of the kind that the file is of.
  std::string what_is_missing(const std::string& list, const Json& value) const {
    std::vector<std::string> least;
    for (const ImportKind& kind : all_kinds()) {
      if (out_.report.kind != kind.name || list != kind.list) continue;
      auto missing = missing_keys(kind, value);
      if (least.empty() || missing.size() < least.size()) least = std::move(missing);
    }
    return least.empty() ? "is something else" : "'" + least.front() + "' is missing";
  }

  // "it looks like X, but 'a' is missing": the kind of which an entry has most keys.
  static std::string nearest_kind(const std::string& list, const Json& value) {
    std::string out;
    size_t most = 0;
    for (const ImportKind& kind : all_kinds()) {
      const auto missing = missing_keys(kind, value);
      const size_t present = kind.keys.size() - missing.size();
      if (list != kind.list || missing.empty() || present < missing.size()) continue;
      if (present <= most) continue;
      most = present;
      out = "it looks like " + std::string(kind.title) + ", but '" + missing.front() +
            "' is missing; ";
    }
    return out;
  }

  void take_row(const ImportKind& kind, const Json& value, const std::string& place) {
    Intake& report = out_.report;
    std::string complaint;
    Row row(report.source, report.as_of);
    kind.read(Item(value, complaint), row);
    if (!complaint.empty()) return count(report.left_out, complaint, place);
    if (!row.once.empty() && !seen_.insert(digest_of(row.once)).second) {
      return count(report.left_out, "its id stands in the file before", place);
    }
    if (!row.passed_over.empty()) return count(report.passed_over, row.passed_over, place);
    ++report.taken;
    const size_t first = out_.nhis.size();
    for (Nhi& nhi : row.nhis) out_.nhis.push_back({std::move(nhi.id), pack(nhi), ""});
    for (CredentialLink& link : row.links) {
      auto known = std::find_if(
          out_.nhis.begin() + static_cast<std::ptrdiff_t>(first), out_.nhis.end(),
          [&](const PackedEntry& entry) { return entry.nhi_id == link.nhi_id; });
      if (known == out_.nhis.end()) {
        out_.nhis.push_back({link.nhi_id, "", ""});
        known = std::prev(out_.nhis.end());
      }
      known->links += pack(link);
    }
    append(out_.loose, row.loose);
    append(out_.people, row.people);
    append(out_.components, row.components);
  }

  // What stands beside the lists of an object of JSON.
  Result<void> take_rest(Json value) {
    std::string complaint;
    const Item rest(value, complaint);
    if (rest.has("Content") && rest.has("ReportFormat")) {
      wrapped_ = base64_decode(rest.text("Content"));
      generated_ = rest.time("GeneratedTime");
      if (!wrapped_) return Error{out_.report.file + ": 'Content' is not base64"};
      return {};
    }
    if (rest.truth("IsTruncated").value_or(false)) {
      out_.report.gaps.push_back("the export says that it is cut off (IsTruncated)");
    }
    for (const auto& [key, list] :
         {std::pair{"total_count", "installations"}, std::pair{"totalResults", "Resources"},
          std::pair{"total_count", "secrets"}}) {
      auto total = value.find(key);
      if (total == value.end() || !total->is_number_unsigned() || !value.contains(list))
        continue;
      if (total->get<uint64_t>() > in_list_[list]) {
        out_.report.gaps.push_back("the export holds " + std::to_string(in_list_[list]) +
                                   " of " + total->dump() + " entries (" + key + ")");
      }
    }
    const ImportKind* kind = match(".", value);
    if (!kind) {
      // Nothing was in any list, and this is no entry: then it is a file of another kind.
      const bool has_lists = std::any_of(value.begin(), value.end(),
                                         [](const Json& part) { return part.is_array(); });
      if (!has_lists) {
        ++out_.report.entries;
        count(foreign_[""], what_is_missing(".", value), place_text(format_, 1));
      }
      return {};
    }
    ++out_.report.entries;
    take_row(*kind, value, place_text(format_, 1));
    return {};
  }

  Error unknown() const {
    std::string names;
    for (const auto& [name, title] : import_kinds())
      names += (names.empty() ? "" : ", ") + name;
    return Error{out_.report.file + ": is none of the exports that are known; " + resembles_ +
                 "if it is one, say which with --as, "
                 "one of " +
                 names};
  }

  ExportFormat format_;
  const ImportOptions& options_;
  Imported out_;
  std::map<std::string, Tallies> foreign_;  // by list: entries that are not of the kind
  std::string resembles_;                   // about the first of these
  std::map<std::string, uint64_t> in_list_;
  std::unordered_set<std::string> lists_of_kind_;
  std::set<OnceDigest> seen_;
  std::optional<std::string> wrapped_;
  std::optional<int64_t> generated_;
};

Result<Imported> read_as(ByteView text, const std::string& file, ExportFormat format,
                         int64_t changed, const ImportOptions& options) {
  ExportReader reader(file, format, changed, options);
  auto read = read_entries(text, file, format,
                           [&](Entry entry) { return reader.take(std::move(entry)); });
  if (!read) return read.error();
  if (reader.wrapped()) {
    return read_as(*reader.wrapped(), file, ExportFormat::kCsv,
                   reader.generated().value_or(changed), options);
  }
  return reader.finish();
}

// The NHI of a credential that came without one, "" when there is none, or more than one.
std::string nhi_of(const LooseLink& loose, const Register& reg,
                   const std::multimap<std::string, std::string>& aws_users) {
  if (loose.aws_user.empty()) {
    const std::string& id =
        loose.link.credential.empty() ? loose.link.value : loose.link.credential;
    auto known = reg.links(LinkKind::kCredentialId, loose.link.provider, id);
    return known.size() == 1 ? known.front().nhi_id : "";
  }
  auto [begin, end] = aws_users.equal_range(loose.aws_user);
  return begin != end && std::next(begin) == end ? begin->second : "";
}

void add_loose(Imported& file, Register& reg,
               const std::multimap<std::string, std::string>& aws_users) {
  for (LooseLink& loose : file.loose) {
    loose.link.nhi_id = nhi_of(loose, reg, aws_users);
    if (loose.link.nhi_id.empty()) {
      const bool is_main = loose.link.kind == LinkKind::kCredentialId;
      if (!is_main) continue;  // the same credential was counted
      --file.report.taken;
      count(file.report.left_out,
            loose.aws_user.empty()
                ? "belongs to no application that is known; import 'az ad app list' as well"
                : "is of a user whose account is not known; import the credential report or "
                  "'aws iam list-users' as well",
            loose.link.value);
      continue;
    }
    if (loose.link.kind == LinkKind::kHintAndApplication) {
      loose.link.value += loose.link.nhi_id.substr(loose.link.nhi_id.find(':') + 1);
    }
    reg.add(std::move(loose.link));
  }
}

// A slot of the credential report is the key of the same user that was created when the slot
// was last rotated. What the report knows goes over to the key, and the slot is done.
void join_slots(Register& reg) {
  for (const auto& [id, nhi] : reg.nhis()) {
    if (!id.starts_with("aws:")) continue;
    std::vector<CredentialLink> slots, keys;
    for (CredentialLink& link : reg.links_of(id)) {
      if (link.kind != LinkKind::kCredentialId || link.provider != "aws") continue;
      const bool is_slot = link.credential.starts_with("access_key_");
      (is_slot ? slots : keys).push_back(std::move(link));
    }
    for (const CredentialLink& slot : slots) {
      const CredentialLink* key = nullptr;
      size_t alike = 0;
      for (const CredentialLink& one : keys) {
        if (!one.credential.empty() || one.created != slot.created) continue;
        key = &one;
        ++alike;
      }
      if (alike != 1) continue;
      CredentialLink joined = slot;
      joined.value = key->value;
      joined.credential.clear();
      reg.remove(slot);
      reg.add(joined);
    }
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> import_kinds() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const ImportKind& kind : all_kinds()) {
    const std::pair<std::string, std::string> entry{kind.name, kind.title};
    if (std::find(out.begin(), out.end(), entry) == out.end()) out.push_back(entry);
  }
  return out;
}

Result<Imported> read_export(ByteView text, const std::string& file, int64_t changed,
                             const ImportOptions& options) {
  if (!options.kind.empty()) {
    std::vector<std::string> names;
    for (const auto& [name, title] : import_kinds()) names.push_back(name);
    if (std::find(names.begin(), names.end(), options.kind) == names.end()) {
      return Error{"'" + options.kind + "' is no kind of export" +
                   did_you_mean(options.kind, names)};
    }
  }
  return read_as(text, file, format_of(text, file), changed, options);
}

std::vector<Intake> merge(std::vector<Imported> files, Register& reg) {
  bool has_loose = false;
  for (Imported& file : files) {
    for (; !file.nhis.empty(); file.nhis.pop_front()) {
      const auto& [id, facts, links] = file.nhis.front();
      if (!facts.empty()) reg.add(unpacked_nhi(id, facts));
      for (const CredentialLink& link : unpacked_links(id, links)) reg.add(link);
    }
    for (Person& person : file.people) reg.add(std::move(person));
    for (Component& component : file.components) reg.add(std::move(component));
    has_loose |= !file.loose.empty();
  }
  std::multimap<std::string, std::string> aws_users;
  if (has_loose) aws_users = reg.names_of("aws.user");
  std::vector<Intake> out;
  for (Imported& file : files) {
    add_loose(file, reg, aws_users);
    out.push_back(std::move(file.report));
  }
  join_slots(reg);
  return out;
}

}  // namespace straykey
