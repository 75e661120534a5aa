// SPDX-License-Identifier: Apache-2.0
#include "bench/made_text.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <random>

#include "scanner/signature/sample.h"

namespace straykey {
namespace {

constexpr uint64_t kBlobBytes = 64u << 10;

constexpr const char* kWords[] = {
    "buffer", "index",  "length", "node",   "client", "server", "reply",  "table",  "entry",
    "cursor", "stream", "module", "offset", "event",  "handle", "parser", "writer", "value",
    "config", "limit",  "timer",  "socket", "header", "packet", "signal", "thread", "queue",
    "update", "remove", "insert", "expand", "locate", "verify"};
// Names that signatures look at twice.
constexpr const char* kTellingWords[] = {"token", "key", "secret", "password"};
constexpr uint64_t kTellingOneIn = 200;
constexpr const char* kTypes[] = {"int", "void", "size_t", "char *", "bool", "uint64_t"};

// Writes one line after another, of the kinds that source files are full of.
class Lines {
 public:
  explicit Lines(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t limit) { return random_() % limit; }

  void add(std::string& out) {
    switch (below(16)) {
      case 0:
        out += "\n";
        break;
      case 1:
        out += std::string("static ") + kTypes[below(std::size(kTypes))] + " " + name() + "(" +
               name() + " *" + word() + ", int " + word() + ") {\n";
        break;
      case 2:
        out += "// " + sentence() + ".\n";
        break;
      case 3:
        out += "    log_" + word() + "(\"" + sentence() + ": %s\", " + name() + ");\n";
        break;
      case 4:
        out += "#define " + name() + "_" + std::to_string(below(100)) + " 0x" + hex(8) + "\n";
        break;
      case 5:  // a lock file's or a changelog's line, now and then
        out += below(8) ? "}\n" : "  " + word() + " " + hex(40) + "\n";
        break;
      default:
        out += "    " + name() + "->" + word() + " = " + name() + "(" + word() + ", " +
               std::to_string(below(5000)) + ");\n";
    }
  }

  uint64_t number() { return random_(); }

 private:
  std::string word() {
    if (below(kTellingOneIn) == 0) return kTellingWords[below(std::size(kTellingWords))];
    return kWords[below(std::size(kWords))];
  }
  std::string name() { return word() + "_" + word(); }
  std::string sentence() {
    std::string out = word();
    for (uint64_t i = 4 + below(6); i > 0; --i) out += " " + word();
    return out;
  }
  std::string hex(int digits) {
    std::string out;
    for (int i = 0; i < digits; ++i) out += "0123456789abcdef"[below(16)];
    return out;
  }

  std::mt19937_64 random_;
};

}  // namespace

MadeText made_text(const SignatureSet& set, uint64_t bytes, uint64_t secrets_per_mb,
                   uint64_t seed) {
  Lines lines(seed);
  MadeText text;
  const uint64_t secrets = bytes * secrets_per_mb / 1'000'000;
  std::string blob;
  // The next one goes somewhere into its own of `secrets` equal parts.
  auto next_place = [&] {
    return text.planted < secrets
               ? (text.planted * 1000 + lines.below(1000)) * (bytes / secrets) / 1000
               : UINT64_MAX;
  };
  for (uint64_t place = next_place(); text.bytes + blob.size() < bytes;) {
    lines.add(blob);
    if (text.bytes + blob.size() >= place) {
      const auto& examples = set[lines.below(set.size())].examples;
      blob += need(fill_sample(examples[lines.below(examples.size())], lines.number())) + "\n";
      ++text.planted;
      place = next_place();
    }
    if (blob.size() >= kBlobBytes) {
      text.bytes += blob.size();
      text.blobs.push_back(std::move(blob));
      blob.clear();
    }
  }
  text.bytes += blob.size();
  text.blobs.push_back(std::move(blob));
  return text;
}

const Database& builtin_database() {
  static const Database database = need(Database::builtin());
  return database;
}

void end_with(const Error& error) {
  std::fprintf(stderr, "bench_micro: %s\n", error.message.c_str());
  std::exit(2);
}

}  // namespace straykey
