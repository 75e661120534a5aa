// SPDX-License-Identifier: Apache-2.0
#include "scanner/evidence/rulebook.h"

#include <algorithm>

#include "scanner/base/file.h"
#include "scanner/base/table_reader.h"

namespace straykey {
namespace {

// A table whose keys are ids: hands each to `take`, in the order of the file.
template <class Take>
void each_id(TableReader& reader, const toml::table* table, Take take) {
  if (!table) return;
  for (const std::string& id : keys_in_order(*table)) {
    const toml::node& node = *table->get(id);
    if (!take(id, node)) {
      reader.complain(node.source().begin.line,
                      quoted(id) + " is not written as the others; look at frameworks/");
    }
  }
}

// The strings of an array; false when it is none.
bool read_strings(const toml::node& node, std::vector<std::string>& out) {
  const toml::array* array = node.as_array();
  if (!array) return false;
  for (const toml::node& element : *array) {
    if (!element.is_string()) return false;
    out.push_back(element.as_string()->get());
  }
  return true;
}

Result<void> read_part(const toml::table& table, const std::string& file,
                       Framework& framework) {
  TableReader reader(table, file, "part: ");
  IdKind kind = IdKind::kControl;
  std::string title;
  reader.choice<IdKind>("kind", kind,
                        {{"requirement", IdKind::kRequirement},
                         {"control", IdKind::kControl},
                         {"guidance", IdKind::kGuidance},
                         {"risk", IdKind::kRisk},
                         {"outcome", IdKind::kOutcome},
                         {"weakness", IdKind::kWeakness},
                         {"criterion", IdKind::kCriterion},
                         {"tenet", IdKind::kTenet},
                         {"section", IdKind::kSection},
                         {"step", IdKind::kStep}});
  reader.text("title", title, Need::kRequired);
  const toml::table* ids = reader.table("ids");
  if (!ids) reader.complain(reader.line(), "[part.ids] is missing; list the ids there");
  each_id(reader, ids, [&](const std::string& id, const toml::node& node) {
    const toml::value<std::string>* text = node.as_string();
    if (text) framework.ids.push_back({id, text->get(), kind, title});
    return text != nullptr;
  });
  return reader.finish();
}

Result<Framework> read_framework(TableReader& reader, const std::string& file) {
  Framework out;
  out.file = file;
  reader.text("id", out.id, Need::kRequired);
  reader.text("name", out.name, Need::kRequired);
  reader.text("edition", out.edition, Need::kRequired);
  reader.text("publisher", out.publisher, Need::kRequired);
  reader.text("url", out.url);
  reader.text("prefix", out.prefix);
  reader.texts("also", out.also);
  reader.text("superseded_by", out.superseded_by);
  reader.boolean("by_analogy", out.by_analogy);
  reader.boolean("own_numbers", out.own_numbers);
  for (const toml::table* part : reader.tables("part", "part", Need::kRequired)) {
    Result<void> read = read_part(*part, file, out);
    if (!read) return read.error();
  }
  each_id(reader, reader.table("correspondence"),
          [&](const std::string& other, const toml::node& lines) {
            if (!lines.is_table()) return false;
            each_id(reader, lines.as_table(), [&](const std::string& id, const toml::node& node) {
              Correspondence line{id, other, {}};
              bool is_list = read_strings(node, line.ids);
              out.correspondence.push_back(std::move(line));
              return is_list;
            });
            return true;
          });
  return out;
}

// What the table says of a framework replaces what was said of it for that relation.
void read_crosswalk(TableReader& reader, const char* key, Relation relation,
                    std::vector<CrosswalkEntry>& crosswalk) {
  each_id(reader, reader.table(key), [&](const std::string& framework, const toml::node& node) {
    std::vector<std::string> ids;
    if (!read_strings(node, ids)) return false;
    std::erase_if(crosswalk, [&](const CrosswalkEntry& entry) {
      return entry.framework == framework && entry.relation == relation;
    });
    for (const std::string& id : ids) crosswalk.push_back({framework, id, relation});
    return true;
  });
}

Result<void> read_condition(const toml::table& table, const std::string& file,
                            std::vector<ConditionKind>& conditions) {
  TableReader reader(table, file, "condition: ");
  std::string id;
  reader.text("id", id, Need::kRequired);
  auto place = std::lower_bound(
      conditions.begin(), conditions.end(), id,
      [](const ConditionKind& known, const std::string& wanted) { return known.id < wanted; });
  bool is_known = place != conditions.end() && place->id == id;
  ConditionKind one = is_known ? *place : ConditionKind();
  Need need = is_known ? Need::kOptional : Need::kRequired;
  one.id = id;
  one.place = file + ":" + std::to_string(reader.line());
  reader.text("title", one.title, need);
  reader.text("short", one.short_title, need);
  reader.text("seen_by", one.seen_by, need);
  std::vector<std::string> needs;
  reader.texts("needs", needs);
  if (!needs.empty()) one.needs = std::move(needs);
  reader.choice<ConditionLevel>("level", one.level,
                                {{"direct", ConditionLevel::kDirect},
                                 {"correlated", ConditionLevel::kCorrelated},
                                 {"inferred", ConditionLevel::kInferred}});
  read_crosswalk(reader, "primary", Relation::kPrimary, one.crosswalk);
  read_crosswalk(reader, "secondary", Relation::kSecondary, one.crosswalk);
  Result<void> finished = reader.finish();
  if (!finished) return finished;
  if (is_known) {
    *place = std::move(one);
  } else {
    conditions.insert(place, std::move(one));
  }
  return {};
}

Result<void> read_place(const toml::table& table, const std::string& file, PlaceRules& places) {
  TableReader reader(table, file, "place: ");
  PlaceRules::Class one;
  std::vector<std::string> patterns;
  reader.text("class", one.name, Need::kRequired);
  reader.text("title", one.title, Need::kRequired);
  reader.texts("patterns", patterns);
  Result<void> finished = reader.finish();
  if (!finished) return finished;
  std::string lines;
  for (const std::string& pattern : patterns) lines += pattern + "\n";
  one.patterns = IgnoreRules::parse(lines);
  places.add(std::move(one));
  return {};
}

Result<void> read_environment(const toml::table& table, const std::string& file,
                              PlaceRules& places) {
  TableReader reader(table, file, "environment: ");
  PlaceRules::Environment one;
  reader.text("name", one.name, Need::kRequired);
  reader.texts("words", one.words);
  reader.boolean("production", one.production);
  Result<void> finished = reader.finish();
  if (finished) places.add(std::move(one));
  return finished;
}

Result<void> read_components(const toml::table& table, const std::string& file,
                             PlaceRules& places) {
  TableReader reader(table, file, "components: ");
  std::vector<std::string> below;
  reader.texts("below", below);
  places.set_components(std::move(below));
  return reader.finish();
}

Result<void> read_providers(const toml::table& table, const std::string& file,
                            KindRules& kinds) {
  TableReader reader(table, file, "providers: ");
  reader.texts("none", kinds.no_company);
  reader.texts("ai", kinds.ai_providers);
  return reader.finish();
}

Result<void> read_signatures(const toml::table& table, const std::string& file,
                             KindRules& kinds) {
  TableReader reader(table, file, "signatures: ");
  reader.texts("ai", kinds.ai);
  reader.texts("private_key", kinds.private_key);
  reader.texts("production", kinds.production);
  return reader.finish();
}

enum class Because { kRequired, kNone };

Result<void> read_mark(const toml::table& table, const std::string& file, const char* header,
                       Because because, std::vector<KindRules::Mark>& marks) {
  TableReader reader(table, file, std::string(header) + ": ");
  KindRules::Mark mark;
  reader.texts("signatures", mark.signatures);
  reader.text("attribute", mark.attribute);
  reader.texts("values", mark.values);
  if (because == Because::kRequired) reader.text("because", mark.because, Need::kRequired);
  if (mark.attribute.empty() != mark.values.empty()) {
    reader.complain(reader.line(), "'attribute' and 'values' go together; add the other one");
  } else if (mark.signatures.empty() && mark.attribute.empty()) {
    reader.complain(reader.line(), "names neither signatures nor an attribute; add one");
  }
  marks.push_back(std::move(mark));
  return reader.finish();
}

bool is_condition_id(const std::string& id) {
  for (size_t i = 1; i <= kConditionCount; ++i) {
    if (id == (i < 10 ? "C0" : "C") + std::to_string(i)) return true;
  }
  return false;
}

}  // namespace

const char* name(ConditionLevel level) {
  switch (level) {
    case ConditionLevel::kDirect: return "direct";
    case ConditionLevel::kCorrelated: return "correlated";
    case ConditionLevel::kInferred: return "inferred";
  }
  return "";
}

const char* name(Relation relation) {
  return relation == Relation::kPrimary ? "primary" : "secondary";
}

Result<void> Rulebook::add(ByteView text, const std::string& file) {
  auto parsed = parse_toml(text, file);
  if (!parsed) return parsed.error();
  TableReader reader(*parsed, file, "");
  if (parsed->contains("id") || parsed->contains("part")) {
    auto framework = read_framework(reader, file);
    if (!framework) return framework.error();
    Result<void> finished = reader.finish();
    if (finished) frameworks.add(*std::move(framework));
    return finished;
  }
  auto each = [](const std::vector<const toml::table*>& tables, auto read) -> Result<void> {
    for (const toml::table* table : tables) {
      Result<void> done = read(*table);
      if (!done) return done;
    }
    return {};
  };
  std::vector<Result<void>> read;
  read.push_back(each(reader.tables("condition", "condition"), [&](const toml::table& table) {
    return read_condition(table, file, conditions);
  }));
  read.push_back(each(reader.tables("place", "place"), [&](const toml::table& table) {
    return read_place(table, file, places);
  }));
  read.push_back(each(reader.tables("environment", "environment"), [&](const toml::table& table) {
    return read_environment(table, file, places);
  }));
  read.push_back(each(reader.tables("weak", "weak"), [&](const toml::table& table) {
    return read_mark(table, file, "weak", Because::kRequired, kinds.weak);
  }));
  read.push_back(each(reader.tables("privileged", "privileged"), [&](const toml::table& table) {
    return read_mark(table, file, "privileged", Because::kNone, kinds.privileged);
  }));
  if (const toml::table* table = reader.table("components")) {
    read.push_back(read_components(*table, file, places));
  }
  if (const toml::table* table = reader.table("providers")) {
    read.push_back(read_providers(*table, file, kinds));
  }
  if (const toml::table* table = reader.table("signatures")) {
    read.push_back(read_signatures(*table, file, kinds));
  }
  Result<void> finished = reader.finish();
  if (!finished) return finished;
  for (const Result<void>& one : read) {
    if (!one) return one;
  }
  return {};
}

Result<void> Rulebook::add_folder(const std::string& folder) {
  auto files = files_of(folder, ".toml");
  if (!files) return files.error();
  for (const std::string& file : *files) {
    auto text = read_file(file);
    if (!text) return text.error();
    auto added = add(*text, file);
    if (!added) return added;
  }
  return {};
}

const ConditionKind* Rulebook::condition(ByteView id) const {
  for (const ConditionKind& one : conditions) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

std::vector<std::string> Rulebook::problems() const {
  std::vector<std::string> out = frameworks.problems();
  for (const ConditionKind& one : conditions) {
    if (!is_condition_id(one.id)) {
      out.push_back(one.place + ": the program judges no condition '" + one.id +
                    "'; its conditions are C01 to C" + std::to_string(kConditionCount));
    }
    for (const CrosswalkEntry& entry : one.crosswalk) {
      const Framework* framework = frameworks.framework(entry.framework);
      if (!framework) {
        out.push_back(one.place + ": " + one.id + " maps to '" + entry.framework +
                      "', which is no framework" + frameworks.suggest(entry.framework));
      } else if (!framework->find(entry.id)) {
        out.push_back(one.place + ": " + one.id + " maps to '" + entry.id + "', which " +
                      framework->id + " does not have" + frameworks.suggest(entry.id));
      } else if (!framework->superseded_by.empty()) {
        out.push_back(one.place + ": " + one.id + " maps to " + framework->id +
                      ", which is superseded; map to " + framework->superseded_by);
      }
    }
  }
  for (size_t i = 1; i <= kConditionCount; ++i) {
    std::string id = (i < 10 ? "C0" : "C") + std::to_string(i);
    if (!condition(id)) out.push_back("condition " + id + " has no entry in the crosswalk");
  }
  // The other direction: a risk that no condition can show would never be reported.
  for (const Framework& framework : frameworks.all()) {
    for (const FrameworkId& id : framework.ids) {
      if (id.kind != IdKind::kRisk) continue;
      bool is_shown =
          std::any_of(conditions.begin(), conditions.end(), [&](const ConditionKind& one) {
            return std::any_of(one.crosswalk.begin(), one.crosswalk.end(),
                               [&](const CrosswalkEntry& entry) {
                                 return entry.framework == framework.id && entry.id == id.id;
                               });
          });
      if (!is_shown) {
        out.push_back(framework.file + ": no condition maps to the risk '" + id.id + "'");
      }
    }
  }
  return out;
}

}  // namespace straykey
