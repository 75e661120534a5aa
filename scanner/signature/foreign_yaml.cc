// SPDX-License-Identifier: Apache-2.0
// kingfisher, noseyparker and titus: YAML with a list of rules. detect-secrets: the JSON of
// its baseline, which is YAML as well, and whose plugins have no patterns but limits.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "scanner/base/file.h"
#include "scanner/signature/foreign_rule.h"

namespace straykey {
namespace {

uint32_t line_of(const YAML::Node& node) {
  return node.Mark().is_null() ? 1 : static_cast<uint32_t>(node.Mark().line) + 1;
}

std::string place(const std::string& file, const YAML::Node& node) {
  return file + ":" + std::to_string(line_of(node)) + ": ";
}

// "" for what is no scalar; complaints are the origin's business.
std::string text_of(const YAML::Node& node) {
  return node && node.IsScalar() ? node.Scalar() : "";
}

std::vector<std::string> texts_of(const YAML::Node& node) {
  std::vector<std::string> out;
  if (node && node.IsScalar()) out.push_back(node.Scalar());
  if (node && node.IsSequence()) {
    for (const YAML::Node& element : node) {
      if (element.IsScalar()) out.push_back(element.Scalar());
    }
  }
  return out;
}

// Finite and not negative, else 0.
double number_of(const YAML::Node& node) {
  double value = 0;
  if (!node || !node.IsScalar() || !YAML::convert<double>::decode(node, value)) return 0;
  return std::isfinite(value) && value > 0 ? value : 0;
}

Result<YAML::Node> parse(ByteView text, const std::string& file) {
  try {
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    return Error{file + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg};
  }
}

class RuleReader {
 public:
  RuleReader(const YAML::Node& node, const std::string& file) : node_(node) {
    rule_.file = file;
    rule_.line = line_of(node);
  }

  ForeignRule read() {
    rule_.id = text_of(node_["id"]);
    rule_.name = text_of(node_["name"]);
    rule_.pattern = text_of(node_["pattern"]);
    // A block begins behind its mark, in the line below it.
    if (node_["pattern"]) {
      rule_.pattern_line = line_of(node_["pattern"]);
    }
    rule_.dialect = RegexDialect::kRust;
    rule_.secret_name = "TOKEN";
    rule_.secret_group = 1;
    rule_.min_entropy = number_of(node_["min_entropy"]);
    for (std::string word : texts_of(node_["keywords"])) {
      std::transform(word.begin(), word.end(), word.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      rule_.keywords.push_back(std::move(word));
    }
    for (const std::string& link : texts_of(node_["references"])) {
      if (rule_.docs.empty() && link.starts_with("http")) rule_.docs = link;
    }
    read_confidence();
    read_requirements();
    read_rest();
    return std::move(rule_);
  }

 private:
  void read_confidence() {
    const std::string word = text_of(node_["confidence"]);
    for (Confidence value : {Confidence::kLow, Confidence::kMedium, Confidence::kHigh}) {
      if (word == straykey::name(value)) rule_.confidence = value;
    }
  }

  void read_requirements() {
    const YAML::Node wanted = node_["pattern_requirements"];
    if (!wanted || !wanted.IsMap()) return;
    auto least = [&](const char* key, uint8_t& out) {
      out = static_cast<uint8_t>(
          std::min<double>(number_of(wanted[key]), std::numeric_limits<uint8_t>::max()));
    };
    least("min_digits", rule_.require.digits);
    least("min_lowercase", rule_.require.lower);
    least("min_uppercase", rule_.require.upper);
    least("min_special_chars", rule_.require.special);
    if (wanted["special_chars"]) {
      rule_.lost.push_back(
          "its own list of special characters: all that are neither letter "
          "nor digit count");
    }
    if (wanted["checksum"]) {
      rule_.lost.push_back(
          "its checksum, a template; where straykey has the same check, "
          "name it in 'checks'");
    }
    ForeignAllow allow;
    allow.stopwords = texts_of(wanted["ignore_if_contains"]);
    allow.line = line_of(wanted);
    if (!allow.stopwords.empty()) rule_.allows.push_back(std::move(allow));
  }

  void read_rest() {
    for (const char* key : {"validation", "revocation"}) {
      if (node_[key]) {
        rule_.lost.push_back(std::string("its ") + key + ": straykey never uses a credential");
      }
    }
    if (node_["depends_on_rule"] && node_["depends_on_rule"].size() > 0) {
      rule_.lost.push_back("the rules it depends on, which serve its validation");
    }
    if (text_of(node_["visible"]) == "false") {
      rule_.refusal = "it only helps other rules (visible: false)";
    }
    for (const auto& entry : node_) {
      const std::string key = text_of(entry.first);
      static const char* const kKnown[] = {"id",
                                           "name",
                                           "pattern",
                                           "min_entropy",
                                           "keywords",
                                           "references",
                                           "confidence",
                                           "examples",
                                           "pattern_requirements",
                                           "validation",
                                           "revocation",
                                           "visible",
                                           "negative_examples",
                                           "categories",
                                           "description",
                                           "tls_mode",
                                           "depends_on_rule",
                                           "prevalidated"};
      if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown)) {
        rule_.lost.push_back("the key '" + key + "', which is not known here");
      }
    }
  }

  const YAML::Node& node_;
  ForeignRule rule_;
};

// Which of our signatures look for what a plugin looks for.
struct PluginCover {
  const char* name;
  const char* signatures;
};
constexpr PluginCover kPlugins[] = {
    {"ArtifactoryDetector", "jfrog.*"},
    {"AWSKeyDetector", "aws.*"},
    {"AzureStorageKeyDetector", "azure.*"},
    {"BasicAuthDetector", "url.*"},
    {"DiscordBotTokenDetector", "discord.*"},
    {"GitHubTokenDetector", "github.*"},
    {"GitLabTokenDetector", "gitlab.*"},
    {"IbmCloudIamDetector", "ibm.*"},
    {"JwtTokenDetector", "jwt.*"},
    {"KeywordDetector", "generic.*"},
    {"MailchimpDetector", "mailchimp.*"},
    {"NpmDetector", "npm.*"},
    {"OpenAIDetector", "openai.*"},
    {"PrivateKeyDetector", "private-key.*"},
    {"PypiTokenDetector", "pypi.*"},
    {"SendGridDetector", "sendgrid.*"},
    {"SlackDetector", "slack.*"},
    {"SquareOAuthDetector", "square.*"},
    {"StripeDetector", "stripe.*"},
    {"TelegramBotTokenDetector", "telegram.*"},
    {"TwilioKeyDetector", "twilio.*"},
};

class SettingsReader {
 public:
  explicit SettingsReader(const std::string& file) : file_(file) {
    out_.origin = "detect-secrets";
  }

  Result<ForeignRules> read(const YAML::Node& document) {
    const YAML::Node plugins = document["plugins_used"];
    if (!plugins || !plugins.IsSequence()) {
      return Error{file_ + ":1: holds no plugins_used; it is no baseline of detect-secrets"};
    }
    for (const YAML::Node& plugin : plugins) read_plugin(plugin);
    for (const YAML::Node& filter : document["filters_used"]) read_filter(filter);
    if (document["exclude"] && document["exclude"].IsMap()) {  // before its version 1
      read_patterns(document["exclude"]["files"], "files");
      read_patterns(document["exclude"]["lines"], "lines");
    }
    return std::move(out_);
  }

 private:
  void note(const YAML::Node& at, std::string text) {
    out_.notes.push_back({file_, line_of(at), std::move(text)});
  }

  void read_plugin(const YAML::Node& plugin) {
    const std::string name = text_of(plugin["name"]);
    if (plugin["path"]) {
      return note(plugin, "not carried over: plugin '" + name + "', which is a program");
    }
    if (name == "Base64HighEntropyString" || name == "HexHighEntropyString") {
      return add_entropy(plugin, name == "HexHighEntropyString");
    }
    for (const PluginCover& known : kPlugins) {
      if (name != known.name) continue;
      std::string text = "nothing to carry over: plugin '" + name +
                         "' has no pattern in this file; built in are '" + known.signatures +
                         "'";
      if (!text_of(plugin["keyword_exclude"]).empty()) {
        text += "; its keyword_exclude is not carried over";
      }
      return note(plugin, std::move(text));
    }
    note(plugin, "not carried over: plugin '" + name + "', which has no pattern in this file");
  }

  // What the two plugins look for: quoted strings of one alphabet.
  void add_entropy(const YAML::Node& plugin, bool is_hex) {
    ForeignRule rule;
    rule.id = is_hex ? "hex-string" : "base64-string";
    rule.name = is_hex ? "Quoted string of hex digits with high entropy"
                       : "Quoted base64 string with high entropy";
    rule.file = file_;
    rule.line = rule.pattern_line = line_of(plugin);
    rule.pattern = is_hex ? R"(["']([0-9a-fA-F]{16,512})["'])"
                          : R"(["']([A-Za-z0-9+/\-_]{16,512}={0,3})["'])";
    const YAML::Node limit = plugin["limit"] ? plugin["limit"] : plugin["hex_limit"];
    rule.min_entropy = std::min(8.0, number_of(limit));
    rule.confidence = Confidence::kMedium;
    rule.lost.push_back("strings of fewer than 16 or more than 512 characters");
    out_.rules.push_back(std::move(rule));
  }

  void read_filter(const YAML::Node& filter) {
    const std::string path = text_of(filter["path"]);
    for (const char* kind : {"files", "lines", "secrets"}) {
      if (path == "detect_secrets.filters.regex.should_exclude_" +
                      std::string(kind == std::string("files")   ? "file"
                                  : kind == std::string("lines") ? "line"
                                                                 : "secret")) {
        return read_patterns(filter["pattern"], kind);
      }
    }
    if (path.starts_with("detect_secrets.filters.heuristic.") ||
        path.starts_with("detect_secrets.filters.allowlist.") ||
        path.starts_with("detect_secrets.filters.common.")) {
      return;  // straykey judges values in its own way, and knows the marks
    }
    note(filter, "not carried over: filter '" + path + "'");
  }

  void read_patterns(const YAML::Node& patterns, const std::string& kind) {
    const std::vector<std::string> texts = texts_of(patterns);
    if (texts.empty()) return;
    if (kind == "lines") {
      return note(patterns,
                  "not carried over: patterns for lines; put 'straykey:allow' on "
                  "the lines, or an [[allow]] rule into .straykey.toml");
    }
    ForeignAllow allow;
    allow.line = line_of(patterns);
    allow.reason = "excluded by the settings of detect-secrets";
    (kind == "files" ? allow.paths : allow.regexes) = texts;
    out_.allows.push_back(std::move(allow));
  }

  const std::string& file_;
  ForeignRules out_;
};

Result<ForeignRules> read_rules(const YAML::Node& document, const std::string& file) {
  ForeignRules out;
  const YAML::Node rules = document.IsMap() ? document["rules"] : document;
  if (!rules || !rules.IsSequence()) {
    const bool has_sets = document.IsMap() && document["rulesets"];
    return Error{file + ":1: holds no list 'rules'" +
                 (has_sets ? "; rulesets only name rules, import the files of the rules"
                           : "; it is no rules file of kingfisher or noseyparker")};
  }
  bool has_np = false, has_kingfisher = false;
  for (const YAML::Node& node : rules) {
    if (!node.IsMap()) {
      return Error{place(file, node) +
                   "a rule that is no mapping; the origin would not take it"};
    }
    ForeignRule rule = RuleReader(node, file).read();
    if (rule.id.empty()) {
      return Error{place(file, node) + "a rule without an id; name it"};
    }
    has_np |= rule.id.starts_with("np.");
    has_kingfisher |= rule.id.starts_with("kingfisher.") || node["validation"] ||
                      node["confidence"] || node["min_entropy"];
    out.rules.push_back(std::move(rule));
  }
  out.origin = has_np || !has_kingfisher ? "noseyparker" : "kingfisher";
  return out;
}

Result<ForeignRules> guarded(
    ByteView text, const std::string& file,
    const std::function<Result<ForeignRules>(const YAML::Node&)>& read) {
  auto document = parse(text, file);
  if (!document) return document.error();
  try {
    return read(*document);
  } catch (const YAML::Exception& error) {  // an odd shape somewhere inside
    return Error{file + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg};
  }
}

}  // namespace

Result<ForeignRules> read_yaml_rules(ByteView text, const std::string& file) {
  return guarded(text, file, [&](const YAML::Node& node) { return read_rules(node, file); });
}

Result<ForeignRules> read_detect_secrets_settings(ByteView text, const std::string& file) {
  return guarded(text, file, [&](const YAML::Node& node) -> Result<ForeignRules> {
    if (!node.IsMap()) return Error{file + ":1: is not a JSON object"};
    return SettingsReader(file).read(node);
  });
}

Result<ForeignRules> read_foreign_rules(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  const size_t first = text->find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string::npos && (*text)[first] == '{';
  if (is_json) return read_detect_secrets_settings(*text, file);
  if (file.ends_with(".yml") || file.ends_with(".yaml")) return read_yaml_rules(*text, file);
  if (file.ends_with(".toml")) return read_gitleaks_rules(*text, file);
  return Error{file +
               ": the format is not known; a name ends in .toml (gitleaks, betterleaks), "
               ".yml or .yaml (kingfisher, noseyparker), or the file is the JSON of "
               "detect-secrets"};
}

}  // namespace straykey
