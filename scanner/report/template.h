// SPDX-License-Identifier: Apache-2.0
// Reports in a form of one's own: a text with the names of the json format in it, in the
// manner of Mustache (https://mustache.github.io/mustache.5.html), of which this is the part
// that runs nothing and reads nothing:
//
//   {{summary.findings}}             a value; for names that are not there, nothing
//   {{#findings}} ... {{/findings}}  once for each of a list, in which names are looked for
//                                    first; for a value or an object once, unless it is false
//   {{^findings}} ... {{/findings}}  when it is empty, false, null, "" or not there
//   {{.}}                            the thing of a list itself
//   {{! a remark }}
//
// A line that holds nothing but the begin or the end of a section, or a remark, goes away.
// Values are made fit for what the template is, by the end of its file's name: .html and .xml
// for text and attributes, .json for the inside of a string; any other gets them printable,
// on one line. {{{value}}} and {{&value}} are printable as well, but not fitted.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"

namespace straykey {

// Immutable; any threads.
class Template {
 public:
  // `file` is where `text` was read. The error begins with "FILE:LINE: ".
  static Result<Template> parse(ByteView text, const std::string& file);

  std::string render(const nlohmann::ordered_json& document) const;

 private:
  enum class Fit { kPlain, kMarkup, kJson };
  enum class Kind { kText, kValue, kRawValue, kSection, kInverted };
  struct Piece {
    Kind kind = Kind::kText;
    std::string text;  // itself, or a name
    size_t end = 0;    // of a section: the piece behind it
  };
  using Context = std::vector<const nlohmann::ordered_json*>;  // innermost last

  void render(size_t begin, size_t end, Context& context, std::string& out) const;
  std::string fitted(const std::string& value) const;

  Fit fit_ = Fit::kPlain;
  std::vector<Piece> pieces_;
};

}  // namespace straykey
