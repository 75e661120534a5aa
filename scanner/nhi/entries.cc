// SPDX-License-Identifier: Apache-2.0
#include "scanner/nhi/entries.h"

#include <toml++/toml.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "scanner/base/newlines.h"
#include "scanner/base/text.h"

namespace straykey {
namespace {

using Json = nlohmann::json;
using Take = std::function<Result<void>(Entry)>;

uint64_t line_at(ByteView text, uint64_t offset) {
  return 1 + count_newlines(slice(text, {0, offset}));
}

Error error_at(const std::string& file, uint64_t line, const std::string& problem) {
  return Error{file + ":" + std::to_string(line) + ": " + problem};
}

// The text without a byte order mark.
Result<ByteView> utf8_of(ByteView text, const std::string& file) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
      text.substr(0, 4).find('\0') != ByteView::npos) {
    return Error{file +
                 ": is UTF-16, as '>' of Windows PowerShell writes it; write the export as "
                 "UTF-8, for example with '| Out-File -Encoding utf8'"};
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (size_t at = 0; at < text.size();) {
    CodePoint point = code_point_at(text, at);
    if (!point.valid) {
      return error_at(file, line_at(text, at),
                      "is not UTF-8, perhaps Latin-1; convert the export, for example with "
                      "'iconv -f latin1 -t utf8'");
    }
    at += point.length;
  }
  return text;
}

// A list of JSON is emptied while it is read: the parser asks after each value whether it is
// to be kept, and an element of a list that was handed on is not.
Result<void> read_json(ByteView text, const std::string& file, const Take& take) {
  std::string key;
  bool root_is_list = false;
  bool in_list = false;
  uint64_t number = 0;
  Result<void> taken;
  auto keep = [&](int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    if (!taken) return false;
    if (event == Event::key && depth == 1) key = parsed.get<std::string>();
    if (event == Event::array_start && depth == 0) root_is_list = in_list = true;
    if (event == Event::array_start && depth == 1 && !root_is_list) {
      in_list = true;
      number = 0;
    }
    if (event == Event::array_end && depth == 1 && !root_is_list) in_list = false;
    if (event != Event::object_end || !in_list || depth != (root_is_list ? 1 : 2)) return true;
    taken = take({root_is_list ? "" : key, std::move(parsed), ++number});
    parsed = Json();
    return false;
  };
  Json root;
  try {
    root = Json::parse(text.begin(), text.end(), keep);
  } catch (const Json::parse_error& error) {
    // The parser's own words would quote the text.
    if (!taken) return taken;
    const bool is_cut = error.byte > text.size();
    return error_at(file, line_at(text, error.byte),
                    is_cut ? "ends in the middle of its JSON; the export is not whole"
                           : "is not JSON here");
  }
  if (!taken) return taken;
  if (root_is_list) return {};
  if (!root.is_object()) return Error{file + ": is neither a list nor an object of JSON"};
  return take({".", std::move(root), 1});
}

// Reads rows of cells. Quoted cells may hold commas, line ends and doubled quotes.
class CsvReader {
 public:
  explicit CsvReader(ByteView text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  uint64_t line() const { return line_; }

  // The next row; nullopt when a quote is not closed or something follows a closing one.
  std::optional<std::vector<std::string>> row() {
    std::vector<std::string> out;
    for (;;) {
      std::string cell;
      if (peek() == '"') {
        if (!quoted(cell)) return std::nullopt;
      } else {
        while (!done() && peek() != ',' && peek() != '\n' && peek() != '\r') cell += next();
      }
      out.push_back(std::move(cell));
      if (peek() == ',') {
        next();
        continue;
      }
      if (peek() == '\r') next();
      if (done()) return out;
      if (next() != '\n') return std::nullopt;
      ++line_;
      return out;
    }
  }

 private:
  int peek() const { return done() ? -1 : text_[at_]; }
  char next() { return text_[at_++]; }

  bool quoted(std::string& cell) {
    next();
    while (!done()) {
      const char c = next();
      if (c == '\n') ++line_;
      if (c != '"') {
        cell += c;
      } else if (peek() == '"') {
        cell += next();
      } else {
        return true;
      }
    }
    return false;
  }

  ByteView text_;
  size_t at_ = 0;
  uint64_t line_ = 1;
};

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Result<void> read_csv(ByteView text, const std::string& file, const Take& take) {
  CsvReader csv(text);
  auto header = csv.row();
  if (!header) return error_at(file, 1, "a quoted cell is not closed; the export is not whole");
  std::set<std::string> seen;
  for (std::string& column : *header) {
    column = trimmed(column);
    if (!column.empty() && !seen.insert(column).second) {
      return error_at(file, 1, "the column '" + column + "' stands twice in the header");
    }
  }
  while (!csv.done()) {
    const uint64_t line = csv.line();
    auto row = csv.row();
    if (!row)
      return error_at(file, line, "a quoted cell is not closed; the export is not whole");
    if (row->size() == 1 && row->front().empty()) continue;  // an empty line
    Json value = Json::object();
    // A row of another width becomes an object with a cell of no column, which is no text.
    if (row->size() != header->size()) value[""] = row->size();
    for (size_t i = 0; i < std::min(row->size(), header->size()); ++i) {
      if (!(*header)[i].empty()) value[(*header)[i]] = std::move((*row)[i]);
    }
    auto taken = take({"", std::move(value), line});
    if (!taken) return taken;
  }
  return {};
}

// The budget bounds what aliases of YAML, which may nest, can grow to.
std::optional<Json> json_of(const YAML::Node& node, uint64_t& budget, int depth) {
  constexpr int kDeepest = 64;
  if (budget-- == 0 || depth > kDeepest) return std::nullopt;
  switch (node.Type()) {
    case YAML::NodeType::Scalar: {
      bool truth = false;
      const bool is_plain = node.Tag() != "!";
      if (is_plain && YAML::convert<bool>::decode(node, truth)) return Json(truth);
      return Json(node.Scalar());
    }
    case YAML::NodeType::Sequence: {
      Json out = Json::array();
      for (const YAML::Node& element : node) {
        auto value = json_of(element, budget, depth + 1);
        if (!value) return std::nullopt;
        out.push_back(std::move(*value));
      }
      return out;
    }
    case YAML::NodeType::Map: {
      Json out = Json::object();
      for (const auto& pair : node) {
        if (!pair.first.IsScalar()) continue;
        auto value = json_of(pair.second, budget, depth + 1);
        if (!value) return std::nullopt;
        out[pair.first.Scalar()] = std::move(*value);
      }
      return out;
    }
    default: return Json();
  }
}

Result<void> read_yaml(ByteView text, const std::string& file, const Take& take) {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(std::string(text));
  } catch (const YAML::Exception& error) {
    return error_at(file, static_cast<uint64_t>(error.mark.line + 1),
                    "is not YAML: " + error.msg);
  }
  uint64_t budget = 1000 + text.size();
  uint64_t number = 0;
  for (const YAML::Node& document : documents) {
    auto value = json_of(document, budget, 0);
    if (!value) {
      return error_at(file, static_cast<uint64_t>(document.Mark().line + 1),
                      "is nested too deeply, or grows through its aliases");
    }
    if (value->is_null()) continue;  // "---" at the end
    if (!value->is_array()) *value = Json::array({std::move(*value)});
    for (Json& entry : *value) {
      auto taken = take({"", std::move(entry), ++number});
      if (!taken) return taken;
    }
  }
  return {};
}

Json json_of(const toml::node& node) {
  if (const toml::table* table = node.as_table()) {
    Json out = Json::object();
    for (const auto& [key, value] : *table) out[std::string(key.str())] = json_of(value);
    return out;
  }
  if (const toml::array* array = node.as_array()) {
    Json out = Json::array();
    for (const toml::node& element : *array) out.push_back(json_of(element));
    return out;
  }
  if (auto text = node.value_exact<std::string>()) return *text;
  if (auto number = node.value_exact<int64_t>()) return *number;
  if (auto truth = node.value_exact<bool>()) return *truth;
  // A date or time without quotes is as good as with them.
  std::ostringstream out;
  node.visit([&](const auto& value) {
    if constexpr (toml::is_date<decltype(value)> || toml::is_date_time<decltype(value)>) {
      out << value;
    }
  });
  return out.str();
}

// One [[table]] with its sub-tables at a time, so that only one is in memory as a tree: text
// is cut before each header of one word. A header in a text of several lines would be cut as
// well, which is an error and not a wrong entry.
Result<void> read_toml(ByteView text, const std::string& file, const Take& take) {
  uint64_t line = 1;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    do {
      end = text.find("\n[[", end + 1);
      if (end == ByteView::npos) break;
    } while (text.substr(end, text.find(']', end) - end).find('.') != ByteView::npos);
    const size_t next = end == ByteView::npos ? text.size() : end + 1;
    toml::table parsed;
    try {
      parsed = toml::parse(text.substr(begin, next - begin));
    } catch (const toml::parse_error& error) {
      return error_at(file, line + error.source().begin.line - 1,
                      std::string(error.description()));
    }
    Json root = json_of(parsed);
    // The header may stand below a comment.
    for (auto& [list, values] : root.items()) {
      if (!values.is_array()) continue;
      const uint64_t place = line + parsed.get(list)->source().begin.line - 1;
      for (Json& value : values) {
        auto taken = take({list, std::move(value), place});
        if (!taken) return taken;
      }
    }
    for (auto at = root.begin(); at != root.end();) {
      at = at->is_array() ? root.erase(at) : std::next(at);
    }
    if (!root.empty()) {
      auto taken = take({".", std::move(root), line});
      if (!taken) return taken;
    }
    line += count_newlines(slice(text, {begin, next}));
    begin = next;
  }
  return {};
}

// From the first line that holds something but a comment of TOML or YAML.
ByteView without_comments(ByteView text) {
  for (;;) {
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == ByteView::npos) return {};
    text.remove_prefix(first);
    if (text[0] != '#') return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

}  // namespace

const char* name(ExportFormat format) {
  switch (format) {
    case ExportFormat::kJson: return "JSON";
    case ExportFormat::kCsv: return "CSV";
    case ExportFormat::kYaml: return "YAML";
    default: return "TOML";
  }
}

std::string place_text(ExportFormat format, uint64_t place) {
  const bool is_line = format == ExportFormat::kCsv || format == ExportFormat::kToml;
  return (is_line ? "line " : "entry ") + std::to_string(place);
}

ExportFormat format_of(ByteView text, const std::string& file) {
  if (file.ends_with(".csv")) return ExportFormat::kCsv;
  if (file.ends_with(".toml")) return ExportFormat::kToml;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const ByteView begin = without_comments(text);
  if (begin.empty()) return ExportFormat::kCsv;
  const size_t second = begin.find_first_not_of(" \t\r\n", 1);
  const bool is_table = begin[0] == '[' && second != ByteView::npos && begin[second] == '[';
  if (begin[0] == '{' || (begin[0] == '[' && !is_table)) return ExportFormat::kJson;
  if (is_table || begin.starts_with("schema_version")) return ExportFormat::kToml;
  if (file.ends_with(".yaml") || file.ends_with(".yml") || begin.starts_with("---") ||
      begin.starts_with("apiVersion:") || begin.starts_with("kind:")) {
    return ExportFormat::kYaml;
  }
  return ExportFormat::kCsv;
}

Result<void> read_entries(ByteView text, const std::string& file, ExportFormat format,
                          const Take& take) {
  auto utf8 = utf8_of(text, file);
  if (!utf8) return utf8.error();
  if (utf8->find_first_not_of(" \t\r\n") == ByteView::npos) {
    return Error{file + ": is empty; perhaps what wrote the export failed"};
  }
  switch (format) {
    case ExportFormat::kJson: return read_json(*utf8, file, take);
    case ExportFormat::kCsv: return read_csv(*utf8, file, take);
    case ExportFormat::kYaml: return read_yaml(*utf8, file, take);
    default: return read_toml(*utf8, file, take);
  }
}

}  // namespace straykey
