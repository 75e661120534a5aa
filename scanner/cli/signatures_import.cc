// SPDX-License-Identifier: Apache-2.0
// `straykey signatures import`: the rules of other scanners as signature files, and a word
// about each rule. The signatures go to standard output or to files, what became of the
// rules to standard error, or as JSON to standard output when the signatures go to files.
#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "scanner/base/file.h"
#include "scanner/cli/allow_writer.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/match/adopt.h"
#include "scanner/report/document.h"
#include "scanner/signature/signature_set.h"
#include "scanner/signature/signature_writer.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

// All files of one origin.
struct ImportedSet {
  std::vector<Signature> signatures;
  std::string files;  // for the comment
};

struct Totals {
  size_t whole = 0;
  size_t different = 0;
  size_t refused = 0;
};

const char* outcome(const AdoptedRule& rule) {
  return rule.signatures.empty()    ? "not carried over"
         : rule.differences.empty() ? "carried over"
                                    : "carried over with a difference";
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string place(const std::string& file, uint32_t line) {
  return file + ":" + std::to_string(line) + ": ";
}

std::string sentence(const AdoptedRule& rule) {
  std::string out = place(rule.file, rule.line) + "rule '" + rule.id + "': " + outcome(rule);
  if (rule.signatures.empty()) return out + ": " + rule.refusal;
  out += " as " + joined(rule.signatures, ", ");
  return rule.differences.empty() ? out : out + ": " + joined(rule.differences, "; ");
}

Json texts_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(utf8_text(text));
  return out;
}

Json rule_json(const AdoptedRule& rule) {
  Json out = {{"rule", utf8_text(rule.id)},
              {"file", utf8_text(rule.file)},
              {"line", rule.line},
              {"outcome", outcome(rule)},
              {"signatures", texts_json(rule.signatures)},
              {"differences", texts_json(rule.differences)}};
  if (rule.signatures.empty()) out["reason"] = utf8_text(rule.refusal);
  return out;
}

// Signatures of several files may have one id; the later ones get a number.
void add(ImportedSet& origin, std::vector<Signature> signatures,
         std::vector<AdoptedRule>& rules) {
  std::map<std::string, size_t> taken;
  for (const Signature& signature : origin.signatures) taken[signature.id] = 1;
  for (Signature& signature : signatures) {
    const std::string id = signature.id;
    std::string free = id;
    for (int number = 2; taken.count(free) > 0; ++number) {
      free = id + "-" + std::to_string(number);
    }
    taken[free] = 1;
    if (free == id) {
      origin.signatures.push_back(std::move(signature));
      continue;
    }
    for (AdoptedRule& rule : rules) {
      for (std::string& name : rule.signatures) {
        if (name == id) name = free;
      }
    }
    signature.id = free;
    origin.signatures.push_back(std::move(signature));
  }
}

// Where the signatures of an origin go.
Result<std::string> target_of(const std::string& out, const std::string& origin,
                              size_t origins) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(out, ignored) || out.ends_with("/");
  if (is_folder) {
    std::filesystem::create_directories(out, ignored);
    return (std::filesystem::path(out) / (origin + ".toml")).string();
  }
  if (origins > 1) {
    return Error{out + ": is no folder, and the rules are of " + std::to_string(origins) +
                 " tools, each of which gets a file of its own; name a folder"};
  }
  return out;
}

}  // namespace

int signatures_import_command(const std::vector<std::string>& files, const std::string& out,
                              const std::string& allow_out, ImportReport form) {
  if (form == ImportReport::kJson && out.empty()) {
    return usage_error(
        "signatures import: with --format json the signatures need a place of "
        "their own; name it with --out");
  }
  std::map<std::string, ImportedSet> origins;
  std::vector<AdoptedAllow> allows;
  std::vector<AdoptedRule> rules;
  std::vector<ForeignNote> notes;
  for (const std::string& file : files) {
    auto read = read_foreign_rules(file);
    if (!read) return usage_error(read.error().message);
    Adopted adopted = adopt(*read);
    ImportedSet& origin = origins[read->origin];
    origin.files += (origin.files.empty() ? "" : ", ") + file;
    add(origin, std::move(adopted.signatures), adopted.rules);
    auto append = [](auto& to, auto& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    };
    append(allows, adopted.allows);
    append(rules, adopted.rules);
    append(notes, adopted.notes);
  }
  std::erase_if(origins, [](const auto& entry) { return entry.second.signatures.empty(); });

  std::string all;
  for (const auto& [name, origin] : origins) {
    std::string text = write_signatures(name, origin.signatures,
                                        "Imported by straykey " + std::string(version()) +
                                            " from " + printable_text(origin.files));
    if (out.empty()) {
      all += text;
      continue;
    }
    auto target = target_of(out, name, origins.size());
    if (!target) return usage_error(target.error().message);
    auto written = replace_file(*target, text);
    if (!written) return usage_error(written.error().message);
  }
  if (out.empty() && origins.size() > 1) {
    return usage_error("signatures import: the rules are of " + std::to_string(origins.size()) +
                       " tools, each of which gets a file of its own; name a folder with "
                       "--out");
  }
  if (!allow_out.empty() && !allows.empty()) {
    auto written = replace_file(allow_out, write_allow_rules(allows));
    if (!written) return usage_error(written.error().message);
  }

  Totals totals;
  Json list = Json::array();
  for (const AdoptedRule& rule : rules) {
    ++(rule.signatures.empty()    ? totals.refused
       : rule.differences.empty() ? totals.whole
                                  : totals.different);
    if (form == ImportReport::kJson) {
      list.push_back(rule_json(rule));
    } else {
      tell(sentence(rule));
    }
  }
  Json told = Json::array();
  for (const ForeignNote& note : notes) {
    if (form == ImportReport::kJson) {
      told.push_back({{"file", utf8_text(note.file)},
                      {"line", note.line},
                      {"text", utf8_text(note.text)}});
    } else {
      tell(place(note.file, note.line) + note.text);
    }
  }
  if (form == ImportReport::kJson) {
    Json document = {{"carried_over", totals.whole},
                     {"with_a_difference", totals.different},
                     {"not_carried_over", totals.refused},
                     {"allow_rules", allows.size()},
                     {"allow_rules_written", !allow_out.empty() && !allows.empty()},
                     {"rules", list},
                     {"notes", told}};
    auto printed = write_stdout(json_text(document, 2) + "\n");
    return printed ? kExitClean : usage_error(printed.error().message);
  }
  if (!allows.empty() && allow_out.empty()) {
    tell(
        fmt::format("not carried over: {} allowlist{} of paths or commits; with --allow-out "
                    "FILE they become [[allow]] rules for .straykey.toml",
                    allows.size(), allows.size() == 1 ? "" : "s"));
  }
  tell(fmt::format("{} rules: {} carried over, {} with a difference, {} not", rules.size(),
                   totals.whole, totals.different, totals.refused));
  if (!out.empty()) return kExitClean;
  auto printed = write_stdout(all);
  return printed ? kExitClean : usage_error(printed.error().message);
}

}  // namespace straykey
