// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scanner/base/newlines.h"
#include "scanner/report/document.h"
#include "scanner/report/json_document.h"
#include "scanner/report/markup.h"
#include "scanner/report/report.h"

namespace straykey {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kDeepestSection = 32;

ByteView trimmed(ByteView text) {
  size_t begin = text.find_first_not_of(" \t");
  if (begin == ByteView::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_name(ByteView text) {
  return text == "." || (!text.empty() && text.front() != '.' && text.back() != '.' &&
                         text.find("..") == ByteView::npos &&
                         std::all_of(text.begin(), text.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
                                  c == '@' || c == '/';
                         }));
}

// nullptr when there is no such name. Of a name with dots, the first part says where.
const Json* found(const std::vector<const Json*>& context, ByteView name) {
  if (name == ".") return context.back();
  size_t dot = name.find('.');
  std::string first(name.substr(0, dot));
  for (size_t i = context.size(); i-- > 0;) {
    if (!context[i]->is_object()) continue;
    auto at = context[i]->find(first);
    if (at == context[i]->end()) continue;
    const Json* value = &*at;
    while (dot != ByteView::npos) {
      name.remove_prefix(dot + 1);
      dot = name.find('.');
      if (!value->is_object()) return nullptr;
      auto next = value->find(std::string(name.substr(0, dot)));
      if (next == value->end()) return nullptr;
      value = &*next;
    }
    return value;
  }
  return nullptr;
}

bool is_shown(const Json* value) {
  if (!value || value->is_null()) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_string()) return !value->get_ref<const std::string&>().empty();
  return !value->is_structured() || !value->empty();
}

std::string text_of(const Json* value) {
  if (!value || value->is_null()) return "";
  return printable_text(value->is_string() ? value->get_ref<const std::string&>() : value->dump());
}

size_t line_of(ByteView text, size_t at) {
  return 1 + count_newlines(text.substr(0, at));
}

}  // namespace

Result<Template> Template::parse(ByteView text, const std::string& file) {
  auto wrong = [&](size_t at, const std::string& what) {
    return Error{fmt::format("{}:{}: {}", file, line_of(text, at), what)};
  };
  Template out;
  if (file.ends_with(".html") || file.ends_with(".xml")) out.fit_ = Fit::kMarkup;
  if (file.ends_with(".json")) out.fit_ = Fit::kJson;

  struct Open {
    size_t piece, at;
  };
  std::vector<Open> open;
  size_t at = 0;
  while (at < text.size()) {
    size_t tag = text.find("{{", at);
    std::string before(text.substr(at, tag == ByteView::npos ? tag : tag - at));
    if (tag == ByteView::npos) {
      out.pieces_.push_back({Kind::kText, before});
      break;
    }
    bool is_triple = text.substr(tag).starts_with("{{{");
    ByteView closing = is_triple ? "}}}" : "}}";
    size_t inside = tag + closing.size();
    size_t close = text.find(closing, inside);
    if (close == ByteView::npos) {
      return wrong(tag, fmt::format("'{}' has no '{}'", is_triple ? "{{{" : "{{", closing));
    }
    size_t behind = close + closing.size();
    ByteView content = trimmed(text.substr(inside, close - inside));
    char sign = !is_triple && !content.empty() && ByteView("#^/!&>=").find(content[0]) !=
                                                      ByteView::npos
                    ? content[0]
                    : 0;
    std::string name(trimmed(content.substr(sign ? 1 : 0)));
    if (sign == '>' || sign == '=') {
      return wrong(tag, fmt::format("'{{{{{}' is not taken: a template reads no other file and "
                                    "keeps its brackets",
                                    sign));
    }
    if (sign != '!' && !is_name(name)) {
      return wrong(tag, fmt::format("'{}' is not a name; write {{{{summary.findings}}}}",
                                    printable_text(name)));
    }
    if (sign && sign != '&') {
      // Alone on its line, it takes the line with it.
      size_t begin = text.rfind('\n', tag == 0 ? 0 : tag - 1);
      begin = begin == ByteView::npos || tag == 0 ? 0 : begin + 1;
      size_t end = std::min(text.find('\n', behind), text.size());
      ByteView right = text.substr(behind, end - behind);
      if (!right.empty() && right.back() == '\r') right.remove_suffix(1);
      if (begin >= at && trimmed(text.substr(begin, tag - begin)).empty() &&
          trimmed(right).empty()) {
        before.resize(begin - at);
        behind = std::min(end + 1, text.size());
      }
    }
    if (!before.empty()) out.pieces_.push_back({Kind::kText, before});
    switch (sign) {
      case '!': break;
      case '#':
      case '^':
        if (open.size() == kDeepestSection) return wrong(tag, "sections are nested too deep");
        open.push_back({out.pieces_.size(), tag});
        out.pieces_.push_back({sign == '#' ? Kind::kSection : Kind::kInverted, name});
        break;
      case '/': {
        if (open.empty() || out.pieces_[open.back().piece].text != name) {
          std::string expected =
              open.empty() ? "no section is open"
                           : fmt::format("the section that is open is '{}'",
                                         out.pieces_[open.back().piece].text);
          return wrong(tag, fmt::format("'{{{{/{}}}}}' ends nothing: {}", name, expected));
        }
        out.pieces_[open.back().piece].end = out.pieces_.size();
        open.pop_back();
        break;
      }
      default:
        out.pieces_.push_back({is_triple || sign == '&' ? Kind::kRawValue : Kind::kValue, name});
    }
    at = behind;
  }
  if (!open.empty()) {
    const std::string& name = out.pieces_[open.back().piece].text;
    return wrong(open.back().at,
                 fmt::format("the section '{}' has no end; write {{{{/{}}}}}", name, name));
  }
  return out;
}

std::string Template::fitted(const std::string& value) const {
  if (fit_ == Fit::kJson) {
    std::string quoted = json_text(Json(value), -1);
    return quoted.substr(1, quoted.size() - 2);
  }
  return fit_ == Fit::kPlain ? value : markup(value);
}

void Template::render(size_t begin, size_t end, Context& context, std::string& out) const {
  for (size_t i = begin; i < end; ++i) {
    const Piece& piece = pieces_[i];
    if (piece.kind == Kind::kText) {
      out += piece.text;
      continue;
    }
    const Json* value = found(context, piece.text);
    switch (piece.kind) {
      case Kind::kText: break;
      case Kind::kValue: out += fitted(text_of(value)); break;
      case Kind::kRawValue: out += text_of(value); break;
      case Kind::kInverted:
        if (!is_shown(value)) render(i + 1, piece.end, context, out);
        i = piece.end - 1;
        break;
      case Kind::kSection:
        if (is_shown(value)) {
          auto once = [&](const Json& inner) {
            context.push_back(&inner);
            render(i + 1, piece.end, context, out);
            context.pop_back();
          };
          if (value->is_array()) {
            for (const Json& each : *value) once(each);
          } else {
            once(*value);
          }
        }
        i = piece.end - 1;
        break;
    }
  }
}

std::string Template::render(const Json& document) const {
  std::string out;
  Context context = {&document};
  render(0, pieces_.size(), context, out);
  return out;
}

std::string report_template(const Evidence& evidence, const Template& form) {
  Json document = json_document(evidence);
  for (Json& finding : document["findings"]) {
    finding["secret"].erase("value");
    finding["secret"].erase("value_base64");
  }
  return form.render(document);
}

}  // namespace straykey
