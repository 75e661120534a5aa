// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "scanner/report/document.h"

namespace straykey {
namespace {

// The decoder that document.h promises is enough.
std::string decode(const std::string& text) {
  static const std::string kDigits = "0123456789ABCDEF";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t high =
        text[i] == '%' && i + 2 < text.size() ? kDigits.find(text[i + 1]) : std::string::npos;
    size_t low = high != std::string::npos ? kDigits.find(text[i + 2]) : std::string::npos;
    if (low != std::string::npos && (high >= 8 || (high == 2 && low == 5))) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

TEST(Utf8Text, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(utf8_text("caf\u00e9/100%/a%20b/%zz%"), "caf\u00e9/100%/a%20b/%zz%");
}

TEST(Utf8Text, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(utf8_text("a\xff"), "a%FF");
  EXPECT_EQ(utf8_text("a%FF"), "a%25FF");
  EXPECT_EQ(utf8_text("a%25"), "a%2525");
  EXPECT_EQ(utf8_text("\xc0\xaf"), "%C0%AF");                // overlong
  EXPECT_EQ(utf8_text("\xed\xa0\x80"), "%ED%A0%80");         // surrogate
  EXPECT_EQ(utf8_text("\xf4\x90\x80\x80"), "%F4%90%80%80");  // above U+10FFFF
  EXPECT_EQ(utf8_text("\xe2\x82"), "%E2%82");                // cut off
}

TEST(Utf8Text, CanBeDecodedWhateverTheBytes) {
  std::mt19937 random(1);
  static constexpr char kAlphabet[] = "%%25FFa8\xff\xc3\xa9\xe2\x82\xac";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (size_t size = random() % 9; size > 0; --size) {
      bytes += round % 2 ? kAlphabet[random() % (sizeof kAlphabet - 1)]
                         : static_cast<char>(random());
    }
    std::string text = utf8_text(bytes);
    ASSERT_TRUE(is_utf8(text)) << printable_text(bytes);
    ASSERT_EQ(decode(text), bytes) << printable_text(bytes);
  }
}

TEST(PrintableText, ShowsWhatWouldActOnATerminal) {
  EXPECT_EQ(printable_text("a\x1b[2J\n\r\t\x7f"), "a\\x1b[2J\\n\\r\\t\\x7f");
  EXPECT_EQ(printable_text("\u009b31m"), "\\u{9b}31m");
  EXPECT_EQ(printable_text("\x9b\xff"), "\\x9b\\xff");
  EXPECT_EQ(printable_text("a\u202egnp.exe\u200b\ufeff"),
            "a\\u{202e}gnp.exe\\u{200b}\\u{feff}");
  EXPECT_EQ(printable_text("caf\u00e9 \U0001f511"), "caf\u00e9 \U0001f511");
  EXPECT_EQ(printable_text(ByteView("\0x", 2)), "\\x00x");
}

TEST(Shorten, CountsCodePoints) {
  EXPECT_EQ(shorten_middle("\u00e4\u00f6\u00fc\u00df", 4), "\u00e4\u00f6\u00fc\u00df");
  EXPECT_EQ(shorten_middle("\u00e4\u00f6\u00fc\u00dfabc", 4), "\u00e4\u2026bc");
  EXPECT_EQ(shorten_end("\u00e4\u00f6\u00fc\u00dfabc", 4), "\u00e4\u00f6\u00fc\u2026");
  EXPECT_EQ(shorten_middle("abc", 1), "\u2026");
  EXPECT_EQ(shorten_middle("abc", 0), "");
  EXPECT_EQ(shorten_end("abc", 0), "");
}

TEST(JsonText, EscapesWhatATerminalCouldObey) {
  nlohmann::ordered_json document = {{"a", "\u009b\u202e\U000e0041\u00e9\x1b"}};
  std::string text = json_text(document, -1);
  EXPECT_EQ(text, "{\"a\":\"\\u009b\\u202e\\udb40\\udc41\u00e9\\u001b\"}");
  EXPECT_EQ(nlohmann::ordered_json::parse(text), document);
}

TEST(DistinctPlaces, PutsWhatCanBeSeenTodayFirstAndEachPlaceOnce) {
  Finding finding;
  for (Presence presence : {Presence::kHistory, Presence::kHistory, Presence::kTip}) {
    Occurrence place;
    place.path = "a";
    place.object = "blob";
    place.presence = presence;
    finding.occurrences.push_back(place);
  }
  finding.occurrences[1].position.line = 2;
  std::vector<const Occurrence*> places = distinct_places(finding);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0], &finding.occurrences[2]);
  EXPECT_EQ(places[1], &finding.occurrences[1]);
}

TEST(PlaceName, NamesThingsWithoutAPath) {
  Occurrence place;
  place.object = "stream";
  EXPECT_EQ(place_name(place), "stdin");
  place.object = "commit message";
  place.blob = "1a2b";
  EXPECT_EQ(place_name(place), "commit-message/1a2b");
}

}  // namespace
}  // namespace straykey
