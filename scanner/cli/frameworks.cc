// SPDX-License-Identifier: Apache-2.0
// `straykey frameworks`: the data that findings are mapped by, for people.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/evidence/rulebook.h"
#include "scanner/report/document.h"

namespace straykey {
namespace {

constexpr size_t kWidth = 80;

// Words in lines of at most kWidth columns, the first behind `label`.
std::string wrapped(const std::string& label, const std::vector<std::string>& words) {
  std::string out, line = label;
  for (const std::string& word : words) {
    if (line.size() > label.size() && code_points(line) + 1 + code_points(word) > kWidth) {
      out += line + "\n";
      line = std::string(label.size(), ' ');
    }
    line += (line.size() > label.size() || line.back() != ' ' ? " " : "") + word;
  }
  return out + line + "\n";
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (char c : text) {
    if (c != ' ') {
      out.back() += c;
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  return out;
}

// Ids of the crosswalk of `condition`, by framework in the order of the crosswalk.
std::string crosswalk_lines(const Rulebook& book, const ConditionKind& condition,
                            Relation relation) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> ids;
  for (const CrosswalkEntry& entry : condition.crosswalk) {
    if (entry.relation != relation) continue;
    if (ids[entry.framework].empty()) order.push_back(entry.framework);
    ids[entry.framework].push_back(printable_text(entry.id));
  }
  std::string out;
  for (const std::string& id : order) {
    const Framework* framework = book.frameworks.framework(id);
    std::string label =
        fmt::format("  {:<9} {}:", name(relation), printable_text(framework->name));
    out += wrapped(label, ids[id]);
  }
  return out;
}

std::string about(const Rulebook& book, const ConditionKind& condition) {
  std::string out = fmt::format("{}  {}\n", condition.id, printable_text(condition.title));
  out += wrapped("  seen by:", words_of(printable_text(condition.seen_by)));
  out += fmt::format("  needs: {}\n  level: {}\n",
                     printable_text(fmt::format("{}", fmt::join(condition.needs, ", "))),
                     name(condition.level));
  out += crosswalk_lines(book, condition, Relation::kPrimary);
  return out + crosswalk_lines(book, condition, Relation::kSecondary);
}

// The conditions that map to an id.
std::vector<std::string> shown_by(const Rulebook& book, const FrameworkHit& hit,
                                  Relation relation) {
  std::vector<std::string> out;
  for (const ConditionKind& condition : book.conditions) {
    bool maps = std::any_of(condition.crosswalk.begin(), condition.crosswalk.end(),
                            [&](const CrosswalkEntry& entry) {
                              return entry.framework == hit.framework->id &&
                                     entry.id == hit.id->id && entry.relation == relation;
                            });
    if (maps) out.push_back(condition.id);
  }
  return out;
}

std::string about(const Rulebook& book, const FrameworkHit& hit) {
  const Framework& framework = *hit.framework;
  std::string out = wrapped(printable_text(hit.id->id) + " ",
                            words_of(printable_text(hit.id->title)));
  out += fmt::format("  {} of {}, {}\n", name(hit.id->kind), printable_text(framework.name),
                     printable_text(hit.id->part));
  if (framework.by_analogy) out += "  by analogy: it was not written for machines\n";
  if (framework.own_numbers) out += "  the numbers are straykey's: the publisher has none\n";
  std::string guidance = book.frameworks.guidance(hit);
  std::vector<std::pair<const Framework*, std::vector<std::string>>> others;
  for (const FrameworkHit& other : book.frameworks.related(hit)) {
    if (other.id->id == guidance && other.id->kind == IdKind::kGuidance) {
      out += fmt::format("  guidance: {} of {}\n", guidance, other.framework->name);
      continue;
    }
    if (others.empty() || others.back().first != other.framework) {
      others.push_back({other.framework, {}});
    }
    others.back().second.push_back(printable_text(other.id->id));
  }
  for (const auto& [other, ids] : others) {
    bool is_successor = framework.superseded_by == other->id;
    out += wrapped(fmt::format("  {} {}:", is_successor ? "superseded; now, in" : "in",
                               printable_text(other->name)),
                   ids);
  }
  for (Relation relation : {Relation::kPrimary, Relation::kSecondary}) {
    std::vector<std::string> conditions = shown_by(book, hit, relation);
    if (!conditions.empty()) {
      out += wrapped(fmt::format("  shown by, {}:", name(relation)), conditions);
    }
  }
  return out;
}

std::string about(const Framework& framework) {
  std::string out = fmt::format("{}  {}, {}\n", printable_text(framework.id),
                                printable_text(framework.name),
                                printable_text(framework.publisher));
  if (!framework.url.empty()) out += "  " + printable_text(framework.url) + "\n";
  if (!framework.superseded_by.empty()) {
    out += "  superseded by " + printable_text(framework.superseded_by) + "\n";
  }
  std::string part;
  for (const FrameworkId& id : framework.ids) {
    if (id.part != part) out += "\n" + printable_text(id.part) + "\n";
    part = id.part;
    out += wrapped(fmt::format("  {:<10}", printable_text(id.id)),
                   words_of(printable_text(id.title)));
  }
  return out;
}

// Ids of one framework as a cell of a table; "" when there are none. Those that are only
// related stand in brackets.
std::string cell(const ConditionKind& condition, ByteView framework) {
  std::vector<std::string> primary, secondary;
  for (const CrosswalkEntry& entry : condition.crosswalk) {
    if (entry.framework != framework) continue;
    (entry.relation == Relation::kPrimary ? primary : secondary).push_back(entry.id);
  }
  std::string out = fmt::format("{}", fmt::join(primary, " "));
  if (!secondary.empty()) {
    out += fmt::format("{}({})", out.empty() ? "" : " ", fmt::join(secondary, " "));
  }
  return out;
}

// '|' would end a cell.
std::string markdown_cell(const std::string& text) {
  std::string out;
  for (char c : printable_text(text)) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string as_markdown(const Rulebook& book) {
  std::string out =
      "# Conditions\n\n"
      "What straykey can observe about a finding or a run, and the ids of frameworks that it\n"
      "supports. A condition whose facts are not there is not claimed; `needs` says which they\n"
      "are. The level is how a condition is known at best: direct (the scan alone proves it),\n"
      "correlated (with a register, a roster or a store), inferred (by a rule that can err).\n"
      "A report says for each condition because of what it holds.\n\n"
      "This page is made by `straykey frameworks conditions --markdown` from `frameworks/`, and\n"
      "a test holds the two together. Nothing here says that anyone complies with anything: a\n"
      "condition is evidence for, or against, the working of a control.\n\n"
      "## What is observed\n\n"
      "| Id | Condition | Seen by | Needs | Level |\n"
      "|---|---|---|---|---|\n";
  for (const ConditionKind& one : book.conditions) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", one.id, markdown_cell(one.title),
                       markdown_cell(one.seen_by),
                       markdown_cell(fmt::format("{}", fmt::join(one.needs, ", "))),
                       name(one.level));
  }
  out += "\n## What it maps to\n\n"
         "Ids in brackets are related; the others are what the condition is evidence for.\n";
  for (const Framework& framework : book.frameworks.all()) {
    bool is_used =
        std::any_of(book.conditions.begin(), book.conditions.end(),
                    [&](const ConditionKind& one) { return !cell(one, framework.id).empty(); });
    if (!is_used) continue;
    out += fmt::format("\n### {}{}\n\n| Id | Maps to |\n|---|---|\n",
                       markdown_cell(framework.name),
                       framework.by_analogy ? " (by analogy)" : "");
    for (const ConditionKind& one : book.conditions) {
      std::string ids = cell(one, framework.id);
      if (!ids.empty()) out += fmt::format("| {} | {} |\n", one.id, markdown_cell(ids));
    }
  }
  return out;
}

}  // namespace

int frameworks_list_command(const std::string& folder) {
  auto book = Rulebook::with(folder);
  if (!book) return usage_error(book.error().message);
  std::string out = fmt::format("{:<16}  {:>4}  {:<24}  {}\n", "FRAMEWORK", "IDS", "NAME", "NOTE");
  for (const Framework& framework : book->frameworks.all()) {
    std::string note;
    if (!framework.superseded_by.empty()) note = "superseded by " + framework.superseded_by;
    if (framework.by_analogy) note = "by analogy";
    if (framework.own_numbers) note = "numbers of straykey's";
    std::string line = fmt::format("{:<16}  {:>4}  {:<24}  {}", printable_text(framework.id),
                                   framework.ids.size(), printable_text(framework.name),
                                   printable_text(note));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return print(out);
}

int frameworks_show_command(const std::string& folder, const std::vector<std::string>& ids) {
  auto book = Rulebook::with(folder);
  if (!book) return usage_error(book.error().message);
  std::string out;
  auto append = [&](const std::string& block) { out += (out.empty() ? "" : "\n") + block; };
  for (const std::string& wanted : ids) {
    if (const ConditionKind* condition = book->condition(wanted)) {
      append(about(*book, *condition));
      continue;
    }
    if (const Framework* framework = book->frameworks.framework(wanted)) {
      append(about(*framework));
      continue;
    }
    std::vector<FrameworkHit> hits = book->frameworks.find(wanted);
    if (hits.empty()) {
      std::string suggestion = book->frameworks.suggest(wanted);
      if (suggestion.empty()) suggestion = "; 'straykey frameworks list' names the frameworks";
      return usage_error("no framework has '" + wanted + "'" + suggestion);
    }
    for (const FrameworkHit& hit : hits) append(about(*book, hit));
  }
  return print(out);
}

int frameworks_check_command(const std::string& folder) {
  auto book = Rulebook::builtin();
  if (!book) return usage_error(book.error().message);
  if (!folder.empty()) {
    auto added = book->add_folder(folder);
    if (!added) return usage_error(added.error().message);
  }
  std::vector<std::string> problems = book->problems();
  for (const std::string& problem : problems) tell(problem);
  size_t ids = 0, correspondences = 0, mappings = 0;
  for (const Framework& framework : book->frameworks.all()) {
    ids += framework.ids.size();
    for (const Correspondence& line : framework.correspondence) correspondences += line.ids.size();
  }
  for (const ConditionKind& one : book->conditions) mappings += one.crosswalk.size();
  int code = print(fmt::format(
      "{} frameworks, {} ids, {} correspondences, {} conditions, {} mappings, {} problems\n",
      book->frameworks.all().size(), ids, correspondences, book->conditions.size(), mappings,
      problems.size()));
  return problems.empty() ? code : kExitUsage;
}

int frameworks_conditions_command(const std::string& folder, ConditionsForm form) {
  auto book = Rulebook::with(folder);
  if (!book) return usage_error(book.error().message);
  if (form == ConditionsForm::kMarkdown) return print(as_markdown(*book));
  std::string out = fmt::format("{:<3}  {:<10}  {:<13}  {}\n", "ID", "LEVEL", "RISKS", "CONDITION");
  for (const ConditionKind& one : book->conditions) {
    std::vector<std::string> risks;
    for (const CrosswalkEntry& entry : one.crosswalk) {
      const FrameworkId* id = book->frameworks.framework(entry.framework)->find(entry.id);
      if (id->kind == IdKind::kRisk) risks.push_back(entry.id.substr(0, entry.id.find(':')));
    }
    std::string shown = fmt::format("{}", fmt::join(risks, " "));
    out += shorten_end(fmt::format("{:<3}  {:<10}  {:<13}  {}", one.id, name(one.level),
                                   printable_text(shown), printable_text(one.title)),
                       kWidth) +
           "\n";
  }
  return print(out);
}

}  // namespace straykey
