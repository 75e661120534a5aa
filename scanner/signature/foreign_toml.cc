// SPDX-License-Identifier: Apache-2.0
// gitleaks and betterleaks: TOML, whose keys are taken in any case. An extended file comes
// first and what extends it changes its rules key by key, as both tools do.
//
// betterleaks writes what to drop as an expression. Its usual parts (an entropy, patterns
// and words for the secret, joined by ||) are understood; others are named as lost.
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "scanner/base/file.h"
#include "scanner/base/text.h"
#include "scanner/signature/foreign_rule.h"

namespace straykey {
namespace {

constexpr int kMostExtended = 2;  // as deep as they go

// A table whose keys are asked for in lower case. What was not asked for is a key that we
// do not know.
class Table {
 public:
  Table(const toml::table& table, const std::string& file) : table_(table), file_(file) {}

  uint32_t line() const { return table_.source().begin.line; }
  uint32_t line_of(ByteView key) {
    auto found = find(key);
    return found == table_.end() ? line() : found->second.source().begin.line;
  }

  const toml::node* node(ByteView key) {
    auto found = find(key);
    return found == table_.end() ? nullptr : &found->second;
  }
  std::string text(ByteView key) {
    const toml::node* found = node(key);
    if (!found) return "";
    if (const auto* value = found->as_string()) return value->get();
    complain(*found, key, "a string");
    return "";
  }
  double number(ByteView key) {
    const toml::node* found = node(key);
    if (!found) return 0;
    if (found->is_number()) return *found->value<double>();
    complain(*found, key, "a number");
    return 0;
  }
  bool truth(ByteView key) {
    const toml::node* found = node(key);
    if (!found) return false;
    if (const auto* value = found->as_boolean()) return value->get();
    complain(*found, key, "true or false");
    return false;
  }
  std::vector<std::string> texts(ByteView key) {
    std::vector<std::string> out;
    const toml::node* found = node(key);
    if (!found) return out;
    const toml::array* array = found->as_array();
    if (!array) {
      complain(*found, key, "an array of strings");
      return out;
    }
    for (const toml::node& element : *array) {
      if (const auto* value = element.as_string()) {
        out.push_back(value->get());
      } else {
        complain(element, key, "an array of strings");
      }
    }
    return out;
  }
  // [[key]] and [key] alike.
  std::vector<const toml::table*> tables(ByteView key) {
    std::vector<const toml::table*> out;
    const toml::node* found = node(key);
    if (!found) return out;
    if (const toml::table* one = found->as_table()) return {one};
    if (const toml::array* array = found->as_array()) {
      for (const toml::node& element : *array) {
        if (const toml::table* one = element.as_table()) out.push_back(one);
      }
    }
    if (out.empty()) complain(*found, key, "an array of tables");
    return out;
  }

  std::vector<std::string> unknown() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : table_) {
      if (std::find(asked_.begin(), asked_.end(), lower(key.str())) == asked_.end()) {
        out.emplace_back(key.str());
      }
    }
    return out;
  }

  // The first key of a wrong type, "" when all are well.
  const std::string& complaint() const { return complaint_; }

 private:
  toml::table::const_iterator find(ByteView key) {
    asked_.emplace_back(key);
    auto found = table_.begin();
    while (found != table_.end() && lower(found->first.str()) != key) ++found;
    return found;
  }
  void complain(const toml::node& at, ByteView key, const char* wanted) {
    if (!complaint_.empty()) return;
    complaint_ = file_ + ":" + std::to_string(at.source().begin.line) + ": '" +
                 std::string(key) + "' is not " + wanted + "; the origin would not take it";
  }

  const toml::table& table_;
  const std::string& file_;
  std::vector<std::string> asked_;
  std::string complaint_;
};

// betterleaks' expressions, read as far as they are of the usual shape.
class Expression {
 public:
  explicit Expression(ByteView text) : text_(text) {}

  // Puts what is understood into `rule`, and names the rest.
  void read(ForeignRule& rule, ForeignAllow& allow) {
    for (ByteView operand : operands()) {
      if (!take_operand(operand, rule, allow)) {
        std::string shown(operand.substr(0, 60));
        std::replace(shown.begin(), shown.end(), '\n', ' ');
        rule.lost.push_back("its filter '" + shown + (operand.size() > 60 ? "..." : "") + "'");
      }
    }
  }

 private:
  // The end of the string that begins at `at`; `value` gets what it says.
  static size_t string_end(ByteView text, size_t at, std::string* value) {
    const bool raw = text[at] == 'r' || text[at] == '`';
    if (text[at] == 'r') ++at;
    const ByteView quote = text.substr(at, 3) == "\"\"\"" || text.substr(at, 3) == "'''"
                               ? text.substr(at, 3)
                               : text.substr(at, 1);
    at += quote.size();
    while (at < text.size() && text.substr(at, quote.size()) != quote) {
      char c = text[at++];
      if (!raw && c == '\\' && at < text.size()) {
        c = text[at++];
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
        if (c == 'r') c = '\r';
      }
      if (value) *value += c;
    }
    return std::min(at + quote.size(), text.size());
  }

  static bool begins_string(ByteView text, size_t at) {
    const char c = text[at];
    if (c == '"' || c == '\'' || c == '`') return true;
    return c == 'r' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\'') &&
           (at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1])));
  }

  static ByteView trimmed(ByteView text) {
    while (!text.empty() && ByteView(" \t\r\n").find(text.front()) != ByteView::npos) {
      text.remove_prefix(1);
    }
    while (!text.empty() && ByteView(" \t\r\n").find(text.back()) != ByteView::npos) {
      text.remove_suffix(1);
    }
    return text;
  }

  // What stands between the || outside of all brackets.
  std::vector<ByteView> operands() const {
    std::vector<ByteView> out;
    size_t begin = 0;
    int depth = 0;
    for (size_t at = 0; at < text_.size();) {
      if (begins_string(text_, at)) {
        at = string_end(text_, at, nullptr);
        continue;
      }
      const char c = text_[at];
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (depth == 0 && text_.substr(at, 2) == "||") {
        out.push_back(trimmed(text_.substr(begin, at - begin)));
        begin = at + 2;
        ++at;
      }
      ++at;
    }
    out.push_back(trimmed(text_.substr(begin)));
    return out;
  }

  static bool take_operand(ByteView operand, ForeignRule& rule, ForeignAllow& allow) {
    const ByteView prefix = "filter.";
    if (operand.starts_with(prefix)) operand.remove_prefix(prefix.size());
    std::string compact;  // without spaces outside of strings
    for (size_t at = 0; at < operand.size();) {
      if (begins_string(operand, at)) {
        size_t end = string_end(operand, at, nullptr);
        compact += operand.substr(at, end - at);
        at = end;
      } else {
        if (!std::isspace(static_cast<unsigned char>(operand[at]))) compact += operand[at];
        ++at;
      }
    }
    const ByteView text = compact;
    constexpr ByteView kSecret = "(finding[\"secret\"]";
    const ByteView entropy = "entropy(finding[\"secret\"])<=";
    const ByteView less = "entropy(finding[\"secret\"])<";
    if (text.starts_with(less)) {
      const ByteView digits =
          text.substr(text.starts_with(entropy) ? entropy.size() : less.size());
      double value = 0;
      auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (error != std::errc() || end != digits.data() + digits.size()) return false;
      rule.min_entropy = std::max(rule.min_entropy, value);
      return true;
    }
    for (ByteView function : {"matchesAny", "containsAny"}) {
      if (!text.starts_with(std::string(function) + std::string(kSecret) + ",[") ||
          !text.ends_with("])")) {
        continue;
      }
      size_t at = function.size() + kSecret.size() + 2;
      std::vector<std::string>& out =
          function == "matchesAny" ? allow.regexes : allow.stopwords;
      while (at + 2 < text.size()) {
        if (text[at] == ',') {
          ++at;
          continue;
        }
        if (!begins_string(text, at)) return false;
        at = string_end(text, at, &out.emplace_back());
      }
      return true;
    }
    return false;
  }

  ByteView text_;
};

class Reader {
 public:
  Reader(const std::string& file, int depth) : file_(file), depth_(depth) {}

  Result<ForeignRules> read(ByteView text) {
    toml::table parsed;
    try {
      parsed = toml::parse(text, file_);
    } catch (const toml::parse_error& error) {
      return Error{file_ + ":" + std::to_string(error.source().begin.line) + ": " +
                   std::string(error.description())};
    }
    Table document(parsed, file_);
    out_.origin = lower(file_).find("betterleaks") != std::string::npos ||
                          lower(document.text("title")).find("betterleaks") != std::string::npos
                      ? "betterleaks"
                      : "gitleaks";
    for (const char* ignored : {"description", "minversion", "betterleaksminversion"}) {
      document.node(ignored);
    }
    const bool has_rules = document.node("rules") != nullptr;
    for (const toml::table* rule : document.tables("rules")) read_rule(*rule);
    read_global_allows(document);
    for (const char* expression : {"filter", "prefilter"}) {
      if (document.node(expression)) {
        note(document.line_of(expression), "not carried over: the global '" +
                                               std::string(expression) +
                                               "', an expression of betterleaks");
      }
    }
    const auto extends = document.tables("extend");
    for (const toml::table* extend : extends) read_extend(*extend);
    for (const std::string& key : document.unknown()) {
      note(document.line_of(lower(key)),
           "not carried over: the key '" + key + "', which is not known here");
    }
    take_complaint(document);
    if (!complaint_.empty()) return Error{complaint_};
    if (!has_rules && extends.empty() && out_.allows.empty() && out_.notes.empty()) {
      return Error{file_ + ": holds no rules; it is no configuration of gitleaks"};
    }
    return std::move(out_);
  }

 private:
  void take_complaint(const Table& table) {
    if (complaint_.empty()) complaint_ = table.complaint();
  }
  void note(uint32_t line, std::string text) {
    out_.notes.push_back({file_, line, std::move(text)});
  }

  void read_rule(const toml::table& table) {
    Table keys(table, file_);
    ForeignRule rule;
    rule.file = file_;
    rule.line = keys.line();
    rule.id = keys.text("id");
    rule.name = keys.text("description");
    rule.pattern = keys.text("regex");
    rule.pattern_line = keys.line_of("regex");
    rule.path = keys.text("path");
    rule.min_entropy = keys.number("entropy");
    rule.secret_group = static_cast<int>(keys.number("secretgroup"));
    for (const std::string& word : keys.texts("keywords")) rule.keywords.push_back(lower(word));
    read_confidence(keys.text("confidence"), rule);
    keys.node("tags");
    keys.node("specificity");
    for (const toml::table* part : keys.tables("required")) read_part(*part, rule);
    for (const toml::table* part : keys.tables("components")) read_part(*part, rule);
    for (const char* name : {"allowlists", "allowlist"}) {
      for (const toml::table* allow : keys.tables(name)) {
        auto read = read_allow(*allow, rule.lost);
        if (read) rule.allows.push_back(std::move(*read));
      }
    }
    for (const char* name : {"filter", "prefilter"}) {
      const std::string expression = keys.text(name);
      if (expression.empty()) continue;
      ForeignAllow allow;
      allow.line = keys.line_of(name);
      Expression(expression).read(rule, allow);
      if (!allow.regexes.empty() || !allow.stopwords.empty()) rule.allows.push_back(allow);
    }
    for (const char* name : {"validate", "analyze"}) {
      if (keys.node(name)) {
        rule.lost.push_back(std::string("its '") + name +
                            "': straykey never uses a credential");
      }
    }
    if (keys.truth("tokenefficiency")) {
      rule.lost.push_back("its token efficiency, a measure that straykey does not take");
    }
    if (keys.truth("skipreport")) rule.refusal = "it only helps other rules (skipReport)";
    for (const std::string& key : keys.unknown()) {
      rule.lost.push_back("the key '" + key + "', which is not known here");
    }
    take_complaint(keys);
    if (rule.id.empty() && complaint_.empty()) {
      complaint_ = file_ + ":" + std::to_string(rule.line) + ": a rule without an id; name it";
    }
    out_.rules.push_back(std::move(rule));
  }

  static void read_confidence(const std::string& word, ForeignRule& rule) {
    for (Confidence value : {Confidence::kLow, Confidence::kMedium, Confidence::kHigh}) {
      if (lower(word) == straykey::name(value)) rule.confidence = value;
    }
  }

  void read_part(const toml::table& table, ForeignRule& rule) {
    Table keys(table, file_);
    ForeignPart part;
    part.id = keys.text("id");
    if (keys.node("withinlines")) {
      part.lines = static_cast<uint32_t>(std::max(0.0, keys.number("withinlines")));
    }
    if (keys.node("withincolumns")) {
      rule.lost.push_back("that '" + part.id + "' must stand within some columns");
    }
    rule.parts.push_back(std::move(part));
    take_complaint(keys);
  }

  std::optional<ForeignAllow> read_allow(const toml::table& table,
                                         std::vector<std::string>& lost) {
    Table keys(table, file_);
    ForeignAllow allow;
    allow.line = keys.line();
    allow.reason = keys.text("description");
    allow.paths = keys.texts("paths");
    allow.commits = keys.texts("commits");
    allow.stopwords = keys.texts("stopwords");
    allow.regexes = keys.texts("regexes");
    const std::string condition = lower(keys.text("condition"));
    allow.needs_all = condition == "and" || condition == "&&";
    const std::string target = lower(keys.text("regextarget"));
    const std::string place = "the allowlist of line " + std::to_string(allow.line);
    keys.node("targetrules");
    if (keys.node("resources")) lost.push_back("resources of " + place);
    take_complaint(keys);
    if (allow.regexes.empty() || target.empty() || target == "secret") return allow;
    // Of a finding only the secret is judged.
    if (allow.needs_all) {
      lost.push_back(place + ", whose regexes look at the " + target);
      return std::nullopt;
    }
    lost.push_back("regexes of " + place + ", which look at the " + target +
                   " and not at the secret");
    allow.regexes.clear();
    return allow;
  }

  void read_global_allows(Table& document) {
    for (const char* name : {"allowlists", "allowlist"}) {
      for (const toml::table* table : document.tables(name)) {
        std::vector<std::string> lost;
        auto allow = read_allow(*table, lost);
        for (const std::string& clause : lost) {
          note(table->source().begin.line, "not carried over: " + clause);
        }
        if (!allow) continue;
        Table keys(*table, file_);
        const std::vector<std::string> targets = keys.texts("targetrules");
        if (targets.empty()) out_.allows.push_back(std::move(*allow));
        for (const std::string& id : targets) targeted_.emplace_back(id, *allow);
      }
    }
    for (auto& [id, allow] : targeted_) {
      auto rule = find_rule(out_.rules, id);
      if (rule != out_.rules.end()) {
        rule->allows.push_back(allow);
      } else {
        note(allow.line,
             "not carried over: an allowlist for rule '" + id + "', which is not in this file");
      }
    }
  }

  static std::vector<ForeignRule>::iterator find_rule(std::vector<ForeignRule>& rules,
                                                      const std::string& id) {
    return std::find_if(rules.begin(), rules.end(),
                        [&](const ForeignRule& rule) { return rule.id == id; });
  }

  void read_extend(const toml::table& table) {
    Table keys(table, file_);
    const std::vector<std::string> disabled = keys.texts("disabledrules");
    const std::string path = keys.text("path");
    if (keys.truth("usedefault")) {
      note(keys.line_of("usedefault"),
           "not carried over: the default rules (useDefault), which are not in this file; "
           "the signatures that are built in take their place, or import the tool's own "
           "file as well");
      if (!disabled.empty()) {
        note(keys.line_of("disabledrules"),
             "not carried over: disabledRules of the default rules; 'disable' in "
             ".straykey.toml does it for signatures");
      }
    }
    if (keys.node("url")) {
      note(keys.line_of("url"), "not carried over: rules from a URL; straykey opens none");
    }
    take_complaint(keys);
    if (path.empty()) return;
    if (depth_ >= kMostExtended) {
      return note(keys.line_of("path"), "not carried over: '" + path +
                                            "', extended more than 2 deep, which the origin "
                                            "does not read either");
    }
    std::error_code ignored;
    std::string beside = (std::filesystem::path(file_).parent_path() / path).string();
    if (!std::filesystem::exists(beside, ignored)) beside = path;
    auto text = read_file(beside);
    if (!text) {
      return note(keys.line_of("path"),
                  "not carried over: the extended file: " + text.error().message);
    }
    auto base = Reader(beside, depth_ + 1).read(*text);
    if (!base) {
      if (complaint_.empty()) complaint_ = base.error().message;
      return;
    }
    merge(std::move(*base), disabled);
  }

  // What extends a rule replaces what it says and adds to its lists.
  void merge(ForeignRules base, const std::vector<std::string>& disabled) {
    std::vector<ForeignRule> merged;
    for (ForeignRule& rule : base.rules) {
      if (std::find(disabled.begin(), disabled.end(), rule.id) != disabled.end()) continue;
      auto own = find_rule(out_.rules, rule.id);
      if (own == out_.rules.end()) {
        merged.push_back(std::move(rule));
        continue;
      }
      if (!own->name.empty()) rule.name = own->name;
      if (own->min_entropy != 0) rule.min_entropy = own->min_entropy;
      if (own->secret_group != 0) rule.secret_group = own->secret_group;
      if (!own->path.empty()) rule.path = own->path;
      if (!own->pattern.empty()) {
        rule.pattern = own->pattern;
        rule.file = own->file;
        rule.line = own->line;
        rule.pattern_line = own->pattern_line;
      }
      auto append = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(rule.keywords, own->keywords);
      append(rule.allows, own->allows);
      append(rule.lost, own->lost);
      merged.push_back(std::move(rule));
      out_.rules.erase(own);
    }
    merged.insert(merged.end(), out_.rules.begin(), out_.rules.end());
    out_.rules = std::move(merged);
    out_.allows.insert(out_.allows.end(), base.allows.begin(), base.allows.end());
    out_.notes.insert(out_.notes.end(), base.notes.begin(), base.notes.end());
  }

  const std::string& file_;
  int depth_;
  ForeignRules out_;
  std::vector<std::pair<std::string, ForeignAllow>> targeted_;
  std::string complaint_;
};

}  // namespace

Result<ForeignRules> read_gitleaks_rules(ByteView text, const std::string& file) {
  return Reader(file, 0).read(text);
}

}  // namespace straykey
