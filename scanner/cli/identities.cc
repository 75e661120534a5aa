// SPDX-License-Identifier: Apache-2.0
// The verbs of `straykey nhi`. Each does its work on a Register; where that is kept, in a file
// or in a store, is known by open_register.h only.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/base/machine.h"
#include "scanner/base/suggest.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/open_register.h"
#include "scanner/cli/output.h"
#include "scanner/nhi/environment.h"
#include "scanner/nhi/import.h"
#include "scanner/nhi/register_file.h"
#include "scanner/report/document.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// What became of the entries of a file.
void tell_report(const Intake& report) {
  if (report.entries == 0) {
    tell(report.file + ": holds no entries; nothing was taken");
  } else {
    tell(fmt::format("{}: {}: {} of {} taken", report.file, report.title, report.taken,
                     counted(report.entries, "entry", "entries")));
  }
  for (const auto& [reason, tally] : report.passed_over) {
    tell(fmt::format("  passed over: {}: {}", reason, tally.count));
  }
  for (const auto& [reason, tally] : report.left_out) {
    tell(fmt::format("  left out: {}: {} (first: {})", reason, tally.count, tally.first));
  }
  for (const std::string& gap : report.gaps) tell("  not whole: " + gap);
}

uint64_t sum_of(const Tallies& tallies) {
  uint64_t out = 0;
  for (const auto& [reason, tally] : tallies) out += tally.count;
  return out;
}

// `digests` are those of the files, by index.
std::vector<ImportNote> notes_of(const std::vector<Intake>& reports,
                                 const std::vector<std::string>& digests) {
  std::vector<ImportNote> out;
  for (size_t i = 0; i < reports.size(); ++i) {
    const Intake& report = reports[i];
    out.push_back({report.file, digests[i], report.kind, report.source, report.as_of,
                   report.entries, report.taken, sum_of(report.passed_over),
                   sum_of(report.left_out)});
  }
  return out;
}

// "owner=Team" -> owner: Team
Result<std::map<std::string, std::string>> column_map(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> out;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
      return Error{"column: '" + text + "' is not KEY=NAME, as in owner=Team"};
    }
    out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

Result<ImportOptions> import_options(const RegisterCall& call) {
  ImportOptions out;
  out.kind = call.kind;
  out.source = call.source;
  if (!call.as_of.empty()) {
    out.as_of = parse_time(call.as_of, now_seconds());
    if (!out.as_of) {
      return Error{"as-of: '" + call.as_of + "' is no time; write 2026-11-21 or 3 days ago"};
    }
  }
  auto columns = column_map(call.columns);
  if (!columns) return columns.error();
  out.columns = std::move(*columns);
  return out;
}

struct Owner {
  std::string name;
  OwnerKind kind = OwnerKind::kUnknown;
};

// "team:payments"; an address is a person's, any other word a team's.
Owner parse_owner(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon != std::string::npos && colon + 1 < text.size()) {
    auto kind = owner_kind_from_name(text.substr(0, colon));
    if (kind) return {text.substr(colon + 1), *kind};
  }
  const bool is_address = text.find('@') != std::string::npos && text[0] != '@';
  return {text, is_address ? OwnerKind::kPerson : OwnerKind::kTeam};
}

Json json_of(const CredentialLink& link) {
  Json out = {{"kind", name(link.kind)},
              {"provider", utf8_text(link.provider)},
              {"value", utf8_text(link.value)}};
  if (!link.credential.empty()) out["credential"] = utf8_text(link.credential);
  if (link.status != NhiStatus::kUnknown) out["status"] = name(link.status);
  for (auto [key, time] :
       {std::pair{"created", link.created}, std::pair{"last_rotated", link.last_rotated},
        std::pair{"last_used", link.last_used}, std::pair{"expires", link.expires}}) {
    if (time) out[key] = iso_time(*time);
  }
  return out;
}

Json json_of(const Nhi& nhi) {
  Json out = {{"id", utf8_text(nhi.id)}, {"registered", nhi.registered}};
  for (size_t i = 0; i < kFields; ++i) {
    const auto field = static_cast<Field>(i);
    const std::string text = text_of(nhi, field);
    if (!text.empty()) out[name(field)] = utf8_text(text);
  }
  out["owner_attested"] = nhi.owner_attested;
  return out;
}

// That there is no NHI of this id, and which may be meant.
std::string nobody_of(const RegisterPlace& place, const std::string& id) {
  std::vector<std::string> ids;
  if (auto reg = open_register(place, IfMissing::kIsAnError)) {
    for (const auto& [known, ignored] : reg->nhis()) ids.push_back(known);
  }
  return place.name() + ": there is no NHI '" + id + "' in it" + did_you_mean(id, ids);
}

std::string cell(const std::string& text, size_t width) {
  const std::string shown = shorten_middle(text, width);
  return shown + std::string(width - code_points(shown), ' ');
}

// How wide two columns of texts become beside `rest` in a table: the second one gives way, but
// keeps a third.
std::pair<size_t, size_t> widths_beside(size_t rest, size_t first, size_t second) {
  constexpr size_t kLeast = 16;
  const size_t room = std::max(table_width(), rest + kLeast) - rest;
  if (first + second <= room) return {first, second};
  second = std::min(second, std::max(room / 3, room - std::min(room, first)));
  return {std::min(first, room - second), second};
}

using ListLine = std::array<std::string, 4>;  // id, owner, status, last rotated

std::string table_of(const std::vector<ListLine>& lines) {
  constexpr size_t kRest = 2 + 2 + 8 + 1 + 10;  // gaps, status, time
  size_t id = 0, owner = 0;
  for (const ListLine& line : lines) {
    id = std::max(id, code_points(line[0]));
    owner = std::max(owner, code_points(line[1]));
  }
  std::tie(id, owner) = widths_beside(kRest, id, owner);
  std::string out;
  for (const auto& [of_id, of_owner, status, rotated] : lines) {
    out += cell(of_id, id) + "  " + cell(of_owner, owner) + "  " + cell(status, 8) + " " +
           rotated + "\n";
  }
  return out;
}

std::string day(std::optional<int64_t> time) {
  return time ? iso_time(*time).substr(0, 10) : "-";
}

// "unknown" is told as nothing.
std::string environment_text(const std::string& path) {
  const EnvironmentClass found = environment_of_path(path);
  return found == EnvironmentClass::kUnknown ? "" : name(found);
}

Json json_of(const StoredLineage& lineage) {
  auto time = [](std::optional<int64_t> seconds) {
    return seconds ? Json(iso_time(*seconds)) : Json();
  };
  Json places = Json::array();
  std::set<std::string> environments;
  for (const StoredPlace& place : lineage.places) {
    const std::string environment = environment_text(place.path);
    if (!environment.empty()) environments.insert(environment);
    places.push_back({{"source", place.source},
                      {"path", place.path},
                      {"presence", place.presence},
                      {"environment", environment.empty() ? Json() : Json(environment)},
                      {"since", time(place.since)},
                      {"author", place.author_email}});
  }
  return {{"secrets", lineage.secrets},     {"since", time(lineage.since)},
          {"sources", lineage.sources},     {"authors", lineage.authors},
          {"environments", environments},   {"places", places}};
}

// Path, environment, presence, since, author.
std::string text_of(const StoredLineage& lineage) {
  constexpr size_t kMostShown = 20;
  constexpr size_t kRest = 4 + 1 + 7 + 1 + 8 + 1 + 10 + 1;
  size_t path = 0, author = 0;
  for (size_t i = 0; i < std::min(kMostShown, lineage.places.size()); ++i) {
    path = std::max(path, code_points(printable_text(lineage.places[i].path)));
    author = std::max(author, code_points(printable_text(lineage.places[i].author_email)));
  }
  std::tie(path, author) = widths_beside(kRest, path, author);
  std::string out = fmt::format(
      "\nFound\n  {} in {} of {}{}\n", counted(lineage.secrets, "secret", "secrets"),
      counted(lineage.places.size(), "place", "places"),
      counted(lineage.sources.size(), "source", "sources"),
      lineage.since ? ", since " + day(lineage.since) : "");
  std::string source;
  size_t shown = 0;
  for (const StoredPlace& place : lineage.places) {
    if (++shown > kMostShown) {
      return out + fmt::format("  and {} more; --json has them all\n",
                               lineage.places.size() - kMostShown);
    }
    if (place.source != source)
      out += "  " + shorten_middle(printable_text(place.source), table_width() - 2) + "\n";
    source = place.source;
    std::string line = "    " + cell(printable_text(place.path), path) + " " +
                       cell(environment_text(place.path), 7) + " " + cell(place.presence, 8) + " " +
                       cell(day(place.since), 10) + " " +
                       shorten_middle(printable_text(place.author_email), author);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

}  // namespace

int nhi_import_command(const RegisterCall& call) {
  auto options = import_options(call);
  if (!options) return usage_error("nhi import: " + options.error().message);
  // Every file is read before anything is joined: one that cannot be read changes nothing.
  std::vector<Imported> files;
  std::vector<std::string> digests;
  for (const std::string& file : call.arguments) {
    auto bytes = FileBytes::read(file);
    if (!bytes) return usage_error(bytes.error().message + "; nothing was imported");
    auto imported = read_export(bytes->bytes(), file, changed_at(file), *options);
    if (!imported) return usage_error(imported.error().message + "; nothing was imported");
    files.push_back(std::move(*imported));
    digests.push_back(hex(sha256(bytes->bytes())));
  }
  std::vector<Intake> reports;
  auto changed = change_register(call.place, IfMissing::kIsEmpty, [&](Register& reg) {
    reports = merge(std::move(files), reg);
    return Result<std::vector<ImportNote>>(notes_of(reports, digests));
  });
  if (!changed) return usage_error(changed.error().message);

  bool is_whole = true;
  for (const Intake& report : reports) {
    tell_report(report);
    is_whole &= report.is_whole();
  }
  tell(fmt::format("{}: {}, {}, {}, {}", call.place.name(),
                   counted(changed->nhis, "identity", "identities"),
                   counted(changed->links, "link", "links"),
                   counted(changed->people, "person", "people"),
                   counted(changed->components, "component", "components")));
  return is_whole ? kExitClean : kExitIncomplete;
}

int nhi_list_command(const RegisterCall& call) {
  if (call.unowned && !call.owner.empty()) {
    return usage_error("nhi list: --owner and --unowned exclude each other; give one");
  }
  auto reg = open_register(call.place, IfMissing::kIsAnError);
  if (!reg) return usage_error(reg.error().message);
  Json list = Json::array();
  std::vector<ListLine> lines = {{"ID", "OWNER", "STATUS", "ROTATED"}};
  size_t shown = 0;
  for (const auto& [id, nhi] : reg->nhis()) {
    if (call.unowned && !nhi.owner.empty()) continue;
    if (!call.owner.empty() && nhi.owner != call.owner) continue;
    ++shown;
    if (call.form == ListForm::kJson) {
      list.push_back(json_of(nhi));
    } else {
      lines.push_back({printable_text(id), nhi.owner.empty() ? "-" : printable_text(nhi.owner),
                       nhi.status == NhiStatus::kUnknown ? "-" : name(nhi.status),
                       day(nhi.last_rotated)});
    }
  }
  if (call.form == ListForm::kJson) return print(json_text(list, 2) + "\n");
  return print(table_of(lines) +
               fmt::format("{} of {}\n", shown,
                           counted(reg->nhis().size(), "identity", "identities")));
}

int nhi_show_command(const RegisterCall& call) {
  auto view = view_register(call.place);
  if (!view) return usage_error(view.error().message);
  const std::string& id = call.arguments.front();
  const std::optional<Nhi> nhi = (*view)->nhi(id);
  const std::vector<CredentialLink> links = (*view)->links_of(id);
  if (!(*view)->outcome()) return usage_error((*view)->outcome().error().message);
  if (!nhi) return usage_error(nobody_of(call.place, id));
  auto lineage = open_lineage(call.place, id);
  if (!lineage) return usage_error(lineage.error().message);
  if (call.form == ListForm::kJson) {
    Json out = json_of(*nhi);
    out["facts"] = Json::array();
    for (const Fact& fact : nhi->facts) {
      out["facts"].push_back({{"field", name(fact.field)},
                              {"value", utf8_text(fact.value)},
                              {"source", utf8_text(fact.source)},
                              {"as_of", iso_time(fact.as_of)},
                              {"attested", fact.attested}});
    }
    out["credentials"] = Json::array();
    for (const CredentialLink& link : links) out["credentials"].push_back(json_of(link));
    if (lineage->secrets > 0) out["lineage"] = json_of(*lineage);
    return print(json_text(out, 2) + "\n");
  }
  std::string out = printable_text(nhi->id) + "\n";
  if (!nhi->registered) out += "  a candidate: found by a scan, not registered\n";
  std::optional<Field> last;
  for (const Fact& fact : nhi->facts) {
    // What decides stands at the field's name, what others say below it.
    const std::string label = last == fact.field ? "" : name(fact.field);
    last = fact.field;
    out += fmt::format("  {:<14} {}  ({}{}, {})\n", label, printable_text(fact.value),
                       fact.attested ? "attested by " : "", printable_text(fact.source),
                       day(fact.as_of));
  }
  if (!links.empty()) out += "\nKnown by\n";
  for (const CredentialLink& link : links) {
    out += fmt::format("  {:<20} {}", name(link.kind), printable_text(link.value));
    if (link.status != NhiStatus::kUnknown) out += std::string("  ") + name(link.status);
    if (link.last_rotated) out += "  rotated " + day(link.last_rotated);
    if (link.last_used) out += "  used " + day(link.last_used);
    if (link.expires) out += "  expires " + day(link.expires);
    out += "\n";
  }
  if (lineage->secrets > 0) out += text_of(*lineage);
  return print(out);
}

int nhi_attest_command(const RegisterCall& call) {
  if (call.owner.empty()) return usage_error("nhi attest: say who owns it with --owner");
  const std::string by = call.by.empty() ? user_name() : call.by;
  if (by.empty()) return usage_error("nhi attest: say who answers for it with --by");
  const Owner owner = parse_owner(call.owner);
  const std::string source = call.reason.empty() ? by : by + ": " + call.reason;
  using Notes = std::vector<ImportNote>;
  auto attested =
      change_register(call.place, IfMissing::kIsAnError, [&](Register& reg) -> Result<Notes> {
        auto done =
            reg.attest(call.arguments.front(), owner.name, owner.kind, source, now_seconds());
        if (!done) return Error{call.place.name() + ": " + done.error().message};
        return Notes();
      });
  return attested ? kExitClean : usage_error(attested.error().message);
}

int nhi_export_command(const RegisterCall& call, const std::string& format) {
  if (!format.empty() && format != "toml" && format != "json") {
    return usage_error("format: '" + format + "' is not toml or json");
  }
  auto reg = open_register(call.place, IfMissing::kIsAnError);
  if (!reg) return usage_error(reg.error().message);
  return print(
      write_register(*reg, format == "json" ? RegisterForm::kJson : RegisterForm::kToml));
}

}  // namespace straykey
