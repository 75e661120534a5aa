// SPDX-License-Identifier: Apache-2.0
// Any bytes can be read as a commit, a tag, a tree and a git configuration; what a tree
// gives lies in its bytes.
#include <functional>

#include "scanner/base/result.h"
#include "scanner/git/config.h"
#include "scanner/git/object.h"
#include "tests/fuzz/fuzzer.h"

namespace straykey {
namespace {

void read_tree(ByteView bytes, ObjectFormat format) {
  TreeEntries entries(bytes, format);
  TreeEntry entry;
  size_t used = 0;
  while (entries.next(entry)) {
    used += entry.name.size() + 2 + id_bytes(format);
    STRAYKEY_CHECK(used <= bytes.size());
    STRAYKEY_CHECK(!std::less<>{}(entry.name.data(), bytes.data()));
    STRAYKEY_CHECK(entry.name.find('\0') == ByteView::npos);
  }
  STRAYKEY_CHECK(entries.damaged() || used <= bytes.size());
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string id(40, 'a'), long_id(64, 'b'), raw(20, '\x11'), long_raw(32, '\x22');
  const std::string person = " Ann Author <ann@example.test> 1700000000 +0100\n";
  return {
      "tree " + id + "\nparent " + id + "\nparent " + id + "\nauthor" + person + "committer" +
          person + "\nSubject\n\nText\n",
      "tree " + long_id + "\nauthor <>\ncommitter no date <a@b>\ngpgsig -----BEGIN\n more\n\n",
      "object " + id + "\ntype commit\ntag v1\ntagger" + person + "\nText\n",
      "object " + long_id + "\ntype tag\ntag v2\n\n",
      std::string("100644 a\0", 9) + raw + std::string("40000 folder\0", 13) + raw,
      std::string("100755 run\0", 11) + long_raw + std::string("160000 sub\0", 11) + long_raw,
      "[core]\n\tbare = false ; no\n[remote \"a \\\"b\"]\n  url = \"x # y\" z\\\n more\n",
  };
}

}  // namespace straykey

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace straykey;
  ByteView bytes(reinterpret_cast<const char*>(data), size);
  (void)parse_commit(bytes);
  (void)parse_tag(bytes);
  (void)parse_git_config(bytes);
  read_tree(bytes, ObjectFormat::kSha1);
  read_tree(bytes, ObjectFormat::kSha256);
  return 0;
}
