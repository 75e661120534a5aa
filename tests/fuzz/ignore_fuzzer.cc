// SPDX-License-Identifier: Apache-2.0
// Any text can be a .gitignore file, and answers for any path soon. The input is the text,
// a zero, and the path.
#include "scanner/base/result.h"
#include "scanner/source/ignore.h"
#include "tests/fuzz/fuzzer.h"

namespace straykey {

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds;
  for (const char* text :
       {"*.log\n!keep.log\n", "/build/\n**/node_modules/\n", "a/**/b\na/**\n",
        "[a-z]?[!x]\\*\n", "*a*a*a*a*b\n", "# comment\n\\#file\n\\!x  \nspace\\ \n",
        "[[:alpha:]]*[]-a]\r\n", "**foo\nfoo**/bar\n\xEF\xBB\xBF*\n"}) {
    for (const char* path :
         {"a/b", "build/node_modules/x.log", "a/x/y/b", "aaaaaaaaaaaaaaaa"}) {
      seeds.push_back(std::string(text) + '\0' + path);
    }
  }
  return seeds;
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  ByteView input(reinterpret_cast<const char*>(data), size);
  size_t zero = input.rfind('\0');
  if (zero == ByteView::npos) return 0;
  ByteView path = input.substr(zero + 1);
  IgnoreRules rules = IgnoreRules::parse(input.substr(0, zero));
  bool excluded = rules.excludes(path, false);
  if (rules.match(path, false) == IgnoreRules::Verdict::kIgnore) STRAYKEY_CHECK(excluded);
  if (rules.empty()) STRAYKEY_CHECK(!excluded);
  // What is in a folder that is left out is left out, too.
  for (size_t slash = path.find('/'); slash != ByteView::npos;
       slash = path.find('/', slash + 1)) {
    if (rules.excludes(path.substr(0, slash), true)) STRAYKEY_CHECK(excluded);
  }
  return 0;
}
