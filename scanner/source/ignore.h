// SPDX-License-Identifier: Apache-2.0
// Which paths a list of patterns leaves out, with the meaning of gitignore(5). Used for
// .gitignore files, for .git/info/exclude and for the `exclude` of the configuration.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scanner/base/bytes.h"

namespace straykey {

// The patterns of one file. Immutable after parse(); shared by any threads.
class IgnoreRules {
 public:
  enum class Verdict : uint8_t {
    kNone,    // no pattern speaks of the path
    kIgnore,  // the last pattern that matches ignores it
    kKeep,    // the last pattern that matches begins with '!'
  };

  // Lines that no path can match (comments, open brackets) are dropped without a word, as
  // git does.
  static IgnoreRules parse(ByteView text);

  bool empty() const { return patterns_.empty(); }

  // `path` is relative to the folder of the file, without '/' at its ends. Says nothing of
  // the folders above the path: a walk that does not enter ignored folders needs no more.
  Verdict match(ByteView path, bool is_folder) const;

  // The same for a path that was not walked to: true also when a folder above it is
  // ignored, whatever the patterns say of the path itself.
  bool excludes(ByteView path, bool is_folder) const;

 private:
  enum class Shape : uint8_t {
    kLiteral,  // no wildcard: `text` is all of it
    kSuffix,   // one leading '*': `text` is what follows it
    kWild,     // `tokens`
  };
  struct Token {
    enum Kind : uint8_t {
      kByte,
      kAnyByte,  // ?
      kClass,    // [...]
      kStar,     // *    any bytes but '/'
      kDeep,     // **   any bytes
      kFolders,  // **/  any number of folders, also none
    };
    Kind kind = kByte;
    char byte = 0;
    uint32_t index = 0;  // into classes_
  };
  struct Pattern {
    Shape shape = Shape::kLiteral;
    bool keep = false;
    bool folders_only = false;
    bool any_folder = false;  // no '/' in it: compared with the last component alone
    std::string text;
    std::vector<Token> tokens;
  };
  using Class = std::bitset<256>;
  struct Hash {
    using is_transparent = void;
    size_t operator()(ByteView text) const { return std::hash<ByteView>()(text); }
  };
  // A piece of a name -> the places in patterns_ of those that can match only such names, the
  // last first.
  using Places = std::unordered_map<std::string, std::vector<uint32_t>, Hash, std::equal_to<>>;

  void add(ByteView line);
  void sort_by_name();
  // False when the pattern can match nothing.
  bool compile(ByteView pattern, std::vector<Token>& tokens);
  bool matches(const Pattern& pattern, ByteView path, ByteView name, bool is_folder) const;
  bool matches_tokens(const std::vector<Token>& tokens, ByteView text) const;

  std::vector<Pattern> patterns_;  // in the order of the file
  std::vector<Class> classes_;
  // Of many patterns, those that a name can match are looked up: by the whole name, by what is
  // behind its last dot, and the rest. Empty when there are few.
  Places by_name_, by_ending_;
  std::vector<uint32_t> any_name_;
};

// The rules in force in a folder: its own and, behind `above`, those of the folders over
// it and at the end those of the whole tree. Immutable; the folders below share it.
struct IgnoreScope {
  IgnoreRules rules;
  size_t base_bytes = 0;  // of the path of the rules' folder, with its '/'
  std::shared_ptr<const IgnoreScope> above;
};

// The word of the deepest rules that speak of `path`, which is relative to the root of the
// tree and lies in the folder of `scope`. A null scope says kNone.
IgnoreRules::Verdict verdict(const IgnoreScope* scope, ByteView path, bool is_folder);

}  // namespace straykey
