// SPDX-License-Identifier: Apache-2.0
// A signature file as base/table_reader.h reads it, table by table. What is not said has the
// built-in value of Signature.
//
// Patterns are kept as text here. Whether an engine takes them is asked by
// match/database.cc and match/signature_check.cc: this folder knows no engine.
#include "scanner/signature/signature_file.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "scanner/base/table_reader.h"

namespace straykey {
namespace {

// Lower-case letters, digits and inner dashes.
bool is_word(ByteView text) {
  if (text.empty() || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<Requirements> read_requirements(const toml::table& table, const std::string& file,
                                       const std::string& subject) {
  Requirements require;
  TableReader reader(table, file, subject + "require: ");
  constexpr int64_t kMost = std::numeric_limits<uint8_t>::max();
  reader.integer("digits", require.digits, kMost);
  reader.integer("lower", require.lower, kMost);
  reader.integer("upper", require.upper, kMost);
  reader.integer("special", require.special, kMost);
  reader.integer("distinct", require.distinct, kMost);
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();
  return require;
}

Result<Part> read_part(const toml::table& table, const std::string& file,
                       const std::string& subject) {
  Part part;
  TableReader reader(table, file, subject + "part: ");
  reader.text("name", part.name, Need::kRequired);
  reader.fragments("pattern", part.pattern, Need::kRequired);
  reader.text("check", part.check);
  reader.integer("within", part.within, 1 << 16);
  reader.boolean("required", part.required);
  if (!part.name.empty() && !is_word(part.name)) {
    reader.complain(
        reader.line_of("name"),
        "name " + quoted(part.name) + " is not a word of a-z, 0-9 and '-'; rename it");
  }
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();
  return part;
}

// What a file says once for all of its signatures.
struct FileDefaults {
  std::string provider;
  std::string docs;
};

// "signature 'github.token': ", or without the id when there is none yet.
std::string subject_of(const toml::table& table) {
  std::optional<std::string> id = table["id"].value<std::string>();
  return id ? "signature " + quoted(*id) + ": " : "signature: ";
}

void complain_about_id(TableReader& reader, const std::string& id,
                       const std::string& provider) {
  size_t dot = id.find('.');
  if (dot == std::string::npos || !is_word(id.substr(0, dot)) || !is_word(id.substr(dot + 1))) {
    reader.complain(reader.line_of("id"),
                    "the id is not provider.kind in a-z, 0-9 and '-'; rename it");
  } else if (id.substr(0, dot) != provider) {
    reader.complain(reader.line_of("id"),
                    "the id does not begin with the file's provider; name it " +
                        quoted(provider + id.substr(dot)) + " or move it");
  }
}

Result<Signature> read_signature(const toml::table& table, const std::string& file,
                                 const FileDefaults& defaults) {
  const std::string subject = subject_of(table);
  TableReader reader(table, file, subject);
  Signature signature;
  signature.provider = defaults.provider;
  signature.docs = defaults.docs;
  signature.file = file;
  signature.line = reader.line();

  reader.text("id", signature.id, Need::kRequired);
  if (!signature.id.empty()) complain_about_id(reader, signature.id, defaults.provider);
  reader.text("name", signature.name, Need::kRequired);
  reader.text("risk", signature.risk);
  reader.fragments("pattern", signature.pattern, Need::kRequired);
  reader.fragments("anchor", signature.anchor);
  reader.integer("lookback", signature.lookback, 1 << 16);
  reader.integer("reach", signature.reach, 1 << 16);
  reader.number("min_entropy", signature.min_entropy, 8, "a byte has from 0 to 8 bits");
  const toml::table* require = reader.table("require");
  reader.choice<ValueKind>("value", signature.value,
                           {{"password", ValueKind::kPassword},
                            {"key", ValueKind::kKey},
                            {"token", ValueKind::kToken}});
  reader.texts("except", signature.except);
  reader.texts("checks", signature.checks);
  reader.choice<Severity>("severity", signature.severity,
                          {{"info", Severity::kInfo},
                           {"low", Severity::kLow},
                           {"medium", Severity::kMedium},
                           {"high", Severity::kHigh},
                           {"critical", Severity::kCritical}});
  reader.choice<Confidence>("confidence", signature.confidence,
                            {{"low", Confidence::kLow},
                             {"medium", Confidence::kMedium},
                             {"high", Confidence::kHigh}});
  reader.choice<PrincipalClass>("class", signature.principal_class,
                                {{"unknown", PrincipalClass::kUnknown},
                                 {"service", PrincipalClass::kService},
                                 {"human", PrincipalClass::kHuman}});
  reader.text("identity", signature.identity);
  std::vector<const toml::table*> parts = reader.tables("part", "signature.part");
  reader.text("rotation", signature.rotation);
  reader.text("rotation_url", signature.rotation_url);
  reader.text("docs", signature.docs);
  reader.texts("examples", signature.examples);
  reader.texts("counterexamples", signature.counterexamples);
  if (signature.anchor.empty() && (signature.lookback != 0 || signature.reach != 0)) {
    reader.complain(
        reader.line_of(signature.lookback ? "lookback" : "reach"),
        "'lookback' and 'reach' are measured from an anchor, and there is none; add "
        "'anchor' or remove them");
  }
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();

  if (require) {
    Result<Requirements> read = read_requirements(*require, file, subject);
    if (!read) return read.error();
    signature.require = *read;
  }
  for (const toml::table* part : parts) {
    Result<Part> read = read_part(*part, file, subject);
    if (!read) return read.error();
    signature.parts.push_back(*std::move(read));
  }
  return signature;
}

}  // namespace

Result<std::vector<Signature>> parse_signatures(ByteView text, const std::string& file) {
  auto parsed = parse_toml(text, file);
  if (!parsed) return parsed.error();

  TableReader reader(*parsed, file, "");
  FileDefaults defaults;
  reader.text("provider", defaults.provider, Need::kRequired);
  if (!defaults.provider.empty() && !is_word(defaults.provider)) {
    reader.complain(reader.line_of("provider"),
                    "provider " + quoted(defaults.provider) +
                        " is not a word of a-z, 0-9 and '-'; rename it");
  }
  reader.text("docs", defaults.docs);
  std::vector<const toml::table*> tables =
      reader.tables("signature", "signature", Need::kRequired);
  Result<void> finished = reader.finish();
  if (!finished) return finished.error();

  std::vector<Signature> signatures;
  std::map<std::string, uint32_t> lines;  // where each id is
  for (const toml::table* table : tables) {
    Result<Signature> signature = read_signature(*table, file, defaults);
    if (!signature) return signature.error();
    auto [first, is_new] = lines.emplace(signature->id, signature->line);
    if (!is_new) {
      return Error{file + ":" + std::to_string(signature->line) + ": signature " +
                   quoted(signature->id) + ": the id is taken by line " +
                   std::to_string(first->second) + "; give each signature its own"};
    }
    signatures.push_back(*std::move(signature));
  }
  return signatures;
}

}  // namespace straykey
