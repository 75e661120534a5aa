// SPDX-License-Identifier: Apache-2.0
#include "scanner/finding/baseline_import.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "scanner/base/secret.h"
#include "scanner/base/text.h"
#include "scanner/finding/fingerprint.h"
#include "scanner/match/adopt.h"

namespace straykey {
namespace {

using Json = nlohmann::json;

bool is_hex(ByteView text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == ByteView::npos;
}

// As a repository has it: "./a\b" -> "a/b".
std::string plain_path(ByteView path) {
  std::string out(path);
  std::replace(out.begin(), out.end(), '\\', '/');
  while (out.starts_with("./")) out.erase(0, 2);
  return out;
}

ByteView trimmed(ByteView text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == ByteView::npos) return ByteView();
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string text_of(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

uint64_t number_of(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

// Every line that is neither empty nor a comment, with its number.
template <class Use>
void each_line(ByteView text, Use use) {
  uint64_t number = 0;
  for (bool more = true; more;) {
    const size_t end = text.find('\n');
    more = end != ByteView::npos;
    const ByteView line = trimmed(text.substr(0, end));
    text.remove_prefix(more ? end + 1 : text.size());
    ++number;
    if (!line.empty() && line.front() != '#') use(number, line);
  }
}

// [commit:]file:rule:line
std::optional<ImportedEntry> ignored_place(ByteView line) {
  ImportedEntry entry;
  const size_t last = line.rfind(':');
  if (last == ByteView::npos || last == 0) return std::nullopt;
  const ByteView digits = line.substr(last + 1);
  auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), entry.first_line);
  if (error != std::errc() || end != digits.data() + digits.size() || entry.first_line == 0) {
    return std::nullopt;
  }
  entry.last_line = entry.first_line;
  const size_t middle = line.rfind(':', last - 1);
  if (middle == ByteView::npos || middle == 0 || middle + 1 == last) return std::nullopt;
  entry.label = "gitleaks:" + std::string(line.substr(middle + 1, last - middle - 1));
  ByteView path = line.substr(0, middle);
  const size_t first = path.find(':');
  if ((first == 40 || first == 64) && is_hex(path.substr(0, first))) {
    entry.commit = lower(path.substr(0, first));
    path.remove_prefix(first + 1);
  }
  if (path.empty()) return std::nullopt;
  entry.path = plain_path(path);
  return entry;
}

BaselineImport read_ignore_file(ByteView text, const std::string& file) {
  BaselineImport out;
  out.origin = ".gitleaksignore";
  each_line(text, [&](uint64_t number, ByteView line) {
    ++out.read;
    auto entry = ignored_place(line);
    if (entry) {
      out.entries.push_back(*std::move(entry));
    } else {
      out.notes.push_back({file, number, "not carried over: no [commit:]file:rule:line"});
    }
  });
  return out;
}

BaselineImport read_path_list(ByteView text, const std::string& file) {
  BaselineImport out;
  out.origin = "a list of paths";
  each_line(text, [&](uint64_t number, ByteView line) {
    ++out.read;
    auto expression = adopt_path_expression(std::string(line));
    if (expression) {
      out.path_expressions.push_back(*std::move(expression));
    } else {
      out.notes.push_back({file, number, "not carried over: " + expression.error().message});
    }
  });
  return out;
}

// A part of a redacted secret names nothing.
bool is_redacted(const std::string& secret) {
  return secret.empty() || secret == "REDACTED" || secret.ends_with("...");
}

BaselineImport read_gitleaks_report(const Json& findings, const std::string& file,
                                    ByteView key) {
  BaselineImport out;
  out.origin = "a report of gitleaks";
  for (const Json& finding : findings) {
    ++out.read;
    ImportedEntry entry;
    if (finding.is_object()) {
      entry.label = "gitleaks:" + text_of(finding, "RuleID");
      entry.path = plain_path(text_of(finding, "File"));
      entry.first_line = number_of(finding, "StartLine");
      entry.last_line = std::max(entry.first_line, number_of(finding, "EndLine"));
      entry.commit = lower(text_of(finding, "Commit"));
    }
    if (entry.path.empty() || entry.first_line == 0 || !is_hex(entry.commit)) {
      out.notes.push_back({file, out.read,
                           "not carried over: entry " + std::to_string(out.read) +
                               " of the report has no File or no StartLine"});
      continue;
    }
    std::string secret = text_of(finding, "Secret");
    if (!is_redacted(secret)) entry.fingerprint = fingerprint(key, Secret(secret));
    wipe(secret);
    out.entries.push_back(std::move(entry));
  }
  return out;
}

// Kinds of which detect-secrets hashes something else than straykey finds.
bool is_hashed_otherwise(const std::string& kind) { return kind == "Private Key"; }

BaselineImport read_detect_secrets(const Json& document, const std::string& file) {
  BaselineImport out;
  out.origin = "a baseline of detect-secrets";
  for (const auto& [path, secrets] : document["results"].items()) {
    if (!secrets.is_array()) continue;
    for (const Json& secret : secrets) {
      ++out.read;
      ImportedEntry entry;
      std::string hash;
      if (secret.is_object()) {
        const std::string kind = text_of(secret, "type");
        entry.label = "detect-secrets:" + (kind.empty() ? "secret" : kind);
        hash = lower(text_of(secret, "hashed_secret"));
        if (is_hashed_otherwise(kind)) {
          entry.first_line = entry.last_line = number_of(secret, "line_number");
        } else if (hash.size() == 40 && is_hex(hash)) {
          entry.sha1 = hash;
        }
        auto judged = secret.find("is_secret");
        if (judged != secret.end() && judged->is_boolean()) {
          entry.reason = judged->get<bool>() ? "audited: a secret" : "audited: no secret";
        }
      }
      entry.path = plain_path(path);
      if (entry.sha1.empty() && entry.first_line == 0) {
        out.notes.push_back({file, out.read,
                             "not carried over: entry " + std::to_string(out.read) +
                                 (hash.empty() ? " has no hashed_secret"
                                               : " is of a kind whose hash is not that of what "
                                                 "straykey finds, and has no line_number")});
        continue;
      }
      if (entry.first_line > 0) {
        out.notes.push_back({file, out.read,
                             "carried over with a difference: entry " +
                                 std::to_string(out.read) +
                                 " is known by its line, as its hash is that of a part of the "
                                 "key"});
      }
      out.entries.push_back(std::move(entry));
    }
  }
  return out;
}

}  // namespace

Result<BaselineImport> import_baseline(ByteView text, const std::string& file, ByteView key) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == ByteView::npos) return Error{file + ": is empty; there is nothing to import"};
  Json document;  // an expression for a path may begin with '[' as well
  if (text[first] == '{' || text[first] == '[') {
    document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  }
  if (text[first] == '{' || document.is_array() || file.ends_with(".json")) {
    if (document.is_array()) return read_gitleaks_report(document, file, key);
    if (document.is_object() && document.contains("results") &&
        document["results"].is_object()) {
      return read_detect_secrets(document, file);
    }
    return Error{file +
                 ": is neither a report of gitleaks (--report-format json) nor a "
                 "baseline of detect-secrets"};
  }
  if (text.substr(first).starts_with("# straykey baseline")) {
    return Error{file + ": is a baseline of straykey already; name it with 'scan --baseline'"};
  }
  size_t lines = 0, places = 0;
  each_line(text, [&](uint64_t, ByteView line) {
    ++lines;
    places += ignored_place(line) ? 1 : 0;
  });
  const bool is_ignore_file = file.ends_with("leaksignore") || places * 2 > lines;
  return is_ignore_file ? read_ignore_file(text, file) : read_path_list(text, file);
}

}  // namespace straykey
