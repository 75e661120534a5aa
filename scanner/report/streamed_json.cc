// SPDX-License-Identifier: Apache-2.0
#include "scanner/report/streamed_json.h"

#include "scanner/report/document.h"

namespace straykey {
namespace {

// No text of a document begins so: printable texts hold no control characters.
constexpr char kMark[] = "\x01list ";
constexpr char kWrittenMark[] = "\"\\u0001list ";

}  // namespace

nlohmann::ordered_json streamed_list(const std::string& name) { return kMark + name; }

void write_streamed(const nlohmann::ordered_json& document,
                    const std::map<std::string, Items>& lists, const Out& out) {
  const std::string text = json_text(document, 2);
  ByteView rest = text;
  for (size_t at = 0; (at = rest.find(kWrittenMark)) != ByteView::npos;) {
    out(rest.substr(0, at));
    rest.remove_prefix(at + sizeof kWrittenMark - 1);
    const size_t end = rest.find('"');
    auto list = lists.find(std::string(rest.substr(0, end)));
    STRAYKEY_CHECK(list != lists.end());
    rest.remove_prefix(end + 1);
    bool is_first = true;
    out("[");
    list->second([&](const nlohmann::ordered_json& item) {
      out((is_first ? "\n" : ",\n") + json_text(item, -1));
      is_first = false;
    });
    out(is_first ? "]" : "\n]");
  }
  out(rest);
  out("\n");
}

}  // namespace straykey
