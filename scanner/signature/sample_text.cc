// SPDX-License-Identifier: Apache-2.0
#include "scanner/signature/sample_text.h"

#include <iterator>

namespace straykey {
namespace {

constexpr const char* kWords[] = {
    "buffer", "index",  "length", "node",   "client", "server", "reply",  "table",  "entry",
    "cursor", "stream", "module", "offset", "event",  "handle", "parser", "writer", "value",
    "config", "limit",  "timer",  "socket", "header", "packet", "signal", "thread", "queue",
    "update", "remove", "insert", "expand", "locate", "verify"};
// Names that signatures look at twice.
constexpr const char* kTellingWords[] = {"token", "key", "secret", "password"};
constexpr uint64_t kTellingOneIn = 200;
constexpr const char* kTypes[] = {"int", "void", "size_t", "char *", "bool", "uint64_t"};

constexpr const char* kProseWords[] = {
    "the",     "of",      "and",    "to",        "a",       "in",       "is",     "that",
    "for",     "it",      "with",   "as",        "was",     "on",       "are",    "be",
    "this",    "have",    "from",   "or",        "one",     "had",      "by",     "but",
    "not",     "what",    "all",    "were",      "when",    "your",     "can",    "said",
    "there",   "each",    "which",  "their",     "time",    "will",     "way",    "about",
    "many",    "then",    "them",   "would",     "write",   "like",     "these",  "long",
    "company", "because", "people", "important", "machine", "question", "letter", "country"};

}  // namespace

void SourceLines::add(std::string& out) {
  switch (below(16)) {
    case 0: out += "\n"; break;
    case 1:
      out += std::string("static ") + kTypes[below(std::size(kTypes))] + " " + name() + "(" +
             name() + " *" + word() + ", int " + word() + ") {\n";
      break;
    case 2: out += "// " + sentence() + ".\n"; break;
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

std::string SourceLines::word() {
  if (below(kTellingOneIn) == 0) return kTellingWords[below(std::size(kTellingWords))];
  return kWords[below(std::size(kWords))];
}

std::string SourceLines::name() { return word() + "_" + word(); }

std::string SourceLines::sentence() {
  std::string out = word();
  for (uint64_t i = 4 + below(6); i > 0; --i) out += " " + word();
  return out;
}

std::string SourceLines::hex(int digits) {
  std::string out;
  for (int i = 0; i < digits; ++i) out += "0123456789abcdef"[below(16)];
  return out;
}

namespace {

void add_prose(SourceLines& chance, std::string& out) {
  for (uint64_t i = 8 + chance.below(12); i > 0; --i) {
    out += chance.below(kTellingOneIn) == 0
               ? kTellingWords[chance.below(std::size(kTellingWords))]
               : kProseWords[chance.below(std::size(kProseWords))];
    out += i == 1 ? ".\n" : chance.below(9) == 0 ? ", " : " ";
  }
}

void add_minified(SourceLines& chance, std::string& out) {
  auto letter = [&] { return "abcdefghijklmnopqrstuvwxyz"[chance.below(26)]; };
  switch (chance.below(6)) {
    case 0:
      out += "function(";
      out += letter();
      out += ",";
      out += letter();
      out += "){return ";
      break;
    case 1:
      out += "var ";
      out += letter();
      out += "=";
      break;
    case 2:
      out += "\"" + std::string(kWords[chance.below(std::size(kWords))]) + "\":";
      out += std::to_string(chance.below(100'000)) + ",";
      break;
    case 3:
      out += ".";
      out += kProseWords[chance.below(std::size(kProseWords))];
      out += "=!";
      out += std::to_string(chance.below(2)) + ";";
      break;
    case 4:
      out += "(e." + std::string(kWords[chance.below(std::size(kWords))]) + "?";
      out += letter();
      out += ":0x" + std::to_string(chance.below(1'000'000)) + ")}";
      break;
    default:
      out += letter();
      out += "&&";
      out += letter();
      out += "[";
      out += letter();
      out += "]||";
  }
}

// Numbers, mostly small ones, and names with a zero behind them.
void add_binary(SourceLines& chance, std::string& out) {
  if (chance.below(12) == 0) {
    out += "_ZN" + std::string(kWords[chance.below(std::size(kWords))]) + "Ev";
    out += '\0';
    return;
  }
  for (int i = 0; i < 8; ++i) {
    const uint64_t number = chance.number();
    out += static_cast<char>(number >> 8 & 1 ? 0 : number & 0xff);
  }
}

}  // namespace

std::string sample_text(SampleText kind, uint64_t bytes, uint64_t seed) {
  SourceLines chance(seed);
  std::string out;
  out.reserve(bytes + 512);
  while (out.size() < bytes) {
    switch (kind) {
      case SampleText::kSource: chance.add(out); break;
      case SampleText::kProse: add_prose(chance, out); break;
      case SampleText::kMinified: add_minified(chance, out); break;
      case SampleText::kBinary: add_binary(chance, out); break;
    }
  }
  out.resize(bytes);
  return out;
}

}  // namespace straykey
