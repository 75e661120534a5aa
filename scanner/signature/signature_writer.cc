// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/signature_writer.h"

#include <algorithm>
#include <charconv>

namespace straykey {
namespace {

constexpr size_t kLineOfPattern = 84;

// The length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
size_t sequence_length(ByteView text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
  }
  if (length < 3) return length;
  const auto second = static_cast<uint8_t>(text[1]);
  const bool is_wrong = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
  return is_wrong ? 0 : length;
}

// A pattern in lines, cut where a group or a class begins.
std::vector<std::string> fragments(const std::string& pattern) {
  std::vector<std::string> out;
  size_t begin = 0;
  while (pattern.size() - begin > kLineOfPattern) {
    size_t cut = begin + kLineOfPattern;
    while (cut > begin + kLineOfPattern / 2 &&
           !((pattern[cut] == '(' || pattern[cut] == '[') && pattern[cut - 1] != '\\')) {
      --cut;
    }
    if (cut == begin + kLineOfPattern / 2) {
      cut = begin + kLineOfPattern;
      if (pattern[cut - 1] == '\\') --cut;  // mostly keeps an escape whole
      for (int i = 0; i < 3 && (static_cast<uint8_t>(pattern[cut]) & 0xc0) == 0x80; ++i) --cut;
    }
    out.push_back(pattern.substr(begin, cut - begin));
    begin = cut;
  }
  out.push_back(pattern.substr(begin));
  return out;
}

std::string number(double value) {
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  std::string out(digits, end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

class Writer {
 public:
  void header(const char* name) { out_ += "\n" + std::string(name) + "\n"; }
  void raw(const char* key, const std::string& value) {
    out_ += std::string(key) + " = " + value + "\n";
  }
  void text(const char* key, const std::string& value) {
    if (!value.empty()) raw(key, toml_text(value));
  }
  void integer(const char* key, uint64_t value) {
    if (value > 0) raw(key, std::to_string(value));
  }
  void list(const char* key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string line = "[";
    for (const std::string& value : values) {
      line += (line.size() > 1 ? ", " : "") + toml_text(value);
    }
    line += "]";
    if (line.size() + std::string(key).size() <= kLineOfPattern) return raw(key, line);
    out_ += std::string(key) + " = [\n";
    for (const std::string& value : values) out_ += "  " + toml_text(value) + ",\n";
    out_ += "]\n";
  }
  void pattern(const char* key, const std::string& value) {
    if (!value.empty()) list(key, fragments(value));
  }
  void requirements(const Requirements& require) {
    std::string inside;
    auto add = [&](const char* key, unsigned value) {
      if (value == 0) return;
      inside += (inside.empty() ? "" : ", ") + std::string(key) + " = " + std::to_string(value);
    };
    add("digits", require.digits);
    add("lower", require.lower);
    add("upper", require.upper);
    add("special", require.special);
    add("distinct", require.distinct);
    if (!inside.empty()) raw("require", "{ " + inside + " }");
  }

  std::string take() { return std::move(out_); }
  void comment(ByteView lines) {
    for (bool more = !lines.empty(); more;) {
      const size_t end = lines.find('\n');
      more = end != ByteView::npos;
      out_ += "# " + std::string(lines.substr(0, end)) + "\n";
      if (more) lines.remove_prefix(end + 1);
    }
  }

 private:
  std::string out_;
};

void write(Writer& out, const Signature& signature) {
  out.header("[[signature]]");
  out.text("id", signature.id);
  out.text("name", signature.name);
  out.text("risk", signature.risk);
  out.text("severity", name(signature.severity));
  out.text("confidence", name(signature.confidence));
  out.text("class", name(signature.principal_class));
  out.pattern("pattern", signature.pattern);
  out.pattern("anchor", signature.anchor);
  out.integer("lookback", signature.lookback);
  out.integer("reach", signature.reach);
  if (signature.min_entropy > 0) out.raw("min_entropy", number(signature.min_entropy));
  out.requirements(signature.require);
  out.list("except", signature.except);
  out.list("checks", signature.checks);
  out.text("identity", signature.identity);
  out.text("rotation", signature.rotation);
  out.text("rotation_url", signature.rotation_url);
  out.text("docs", signature.docs);
  out.list("examples", signature.examples);
  out.list("counterexamples", signature.counterexamples);
  for (const Part& part : signature.parts) {
    out.header("[[signature.part]]");
    out.text("name", part.name);
    out.pattern("pattern", part.pattern);
    if (!part.check.empty()) out.text("check", part.check);
    out.integer("within", part.within);
    if (part.required) out.raw("required", "true");
  }
}

}  // namespace

std::string toml_text(ByteView text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) >= 0x20 && static_cast<uint8_t>(c) < 0x7f && c != '\'';
  });
  if (is_plain) return "'" + std::string(text) + "'";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out = "\"";
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    const auto byte = static_cast<uint8_t>(text[0]);
    if (length == 0) {
      out += "\\uFFFD";
    } else if (byte == '"' || byte == '\\') {
      out += {'\\', text[0]};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += std::string("\\u00") + kDigits[byte >> 4] + kDigits[byte & 15];
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out + "\"";
}

std::string write_signatures(const std::string& provider,
                             const std::vector<Signature>& signatures,
                             const std::string& comment) {
  Writer out;
  out.comment(comment);
  out.text("provider", provider);
  for (const Signature& signature : signatures) write(out, signature);
  return out.take();
}

}  // namespace straykey
