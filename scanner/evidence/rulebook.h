// SPDX-License-Identifier: Apache-2.0
// All that frameworks/*.toml says, which is all that decides what a finding means: the
// frameworks, the crosswalk from conditions to their ids, what a path tells about a place and
// what a kind tells about a credential. It is embedded in the program; an organisation adds its
// own folder to it with --frameworks.
//
// What a table is about is told by its keys, not by the name of its file, so that one file of
// an organisation may hold all of them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scanner/evidence/framework.h"
#include "scanner/signature/signature.h"
#include "scanner/source/ignore.h"

namespace straykey {

// How a condition is known.
enum class ConditionLevel : uint8_t {
  kDirect,      // the scan alone proves it
  kCorrelated,  // together with a register, a roster or a store
  kInferred,    // by a rule that can err
};
const char* name(ConditionLevel level);

// Whether a condition is evidence for an id or only related to it.
enum class Relation : uint8_t { kPrimary, kSecondary };
const char* name(Relation relation);

struct CrosswalkEntry {
  std::string framework;
  std::string id;
  Relation relation = Relation::kPrimary;
};

// What conditions.toml says of one condition.
struct ConditionKind {
  std::string id;           // "C01"
  std::string title;
  std::string short_title;  // for one line of a report
  std::string seen_by;
  std::vector<std::string> needs;  // facts without which it is not judged
  ConditionLevel level = ConditionLevel::kDirect;  // at best
  std::vector<CrosswalkEntry> crosswalk;
  std::string place;  // "file:line"
};

// The conditions that the program can judge are C01 to C26.
inline constexpr size_t kConditionCount = 26;

// What a path tells. Immutable once complete.
class PlaceRules {
 public:
  struct Class {
    std::string name;
    std::string title;
    IgnoreRules patterns;
  };
  struct Environment {
    std::string name;
    std::vector<std::string> words;
    bool production = false;
  };

  // Each replaces what there is of the same name.
  void add(Class one);
  void add(Environment one);
  void set_components(std::vector<std::string> below) { below_ = std::move(below); }

  // `path` as in an Occurrence; members of archives are told by '!'.
  std::set<std::string> classes(ByteView path) const;
  // nullptr when no word of the path speaks of one; of several the last word decides.
  const Environment* environment(ByteView path) const;
  // nullptr for a name that is not known.
  const Environment* named(ByteView environment) const;
  // "services/billing", "" when the path is in no component.
  std::string component(ByteView path) const;
  // The title of a class.
  std::string title(const std::string& name) const;

 private:
  std::vector<Class> classes_;
  std::vector<Environment> environments_;
  std::vector<std::string> below_;
};

// What a kind and its attributes tell. Globs of ids and values; values without case.
struct KindRules {
  // A kind, or a value of an attribute, or both.
  struct Mark {
    std::vector<std::string> signatures;
    std::string attribute;
    std::vector<std::string> values;
    std::string because;
  };
  std::vector<std::string> no_company;  // providers
  std::vector<std::string> ai_providers;
  std::vector<std::string> ai;           // globs of signature ids
  std::vector<std::string> private_key;  // likewise
  std::vector<std::string> production;   // likewise
  std::vector<Mark> weak;
  std::vector<Mark> privileged;
};

// Immutable once loaded; shared by any threads.
struct Rulebook {
  Frameworks frameworks;
  std::vector<ConditionKind> conditions;  // by id
  PlaceRules places;
  KindRules kinds;

  // What is built in. Reads some 80 KB of TOML, so it is for runs that have something to say.
  static Result<Rulebook> builtin();
  // What is built in, and over it the files of `folder`, "" for none. What does not hold
  // together is an error: nothing is reported by a crosswalk that maps to nowhere.
  static Result<Rulebook> with(const std::string& folder);

  // Lays one file over what there is. The error is a sentence with the file and the line.
  Result<void> add(ByteView text, const std::string& file);
  // Likewise every .toml file of a folder, by name, or one file.
  Result<void> add_folder(const std::string& folder);

  const ConditionKind* condition(ByteView id) const;

  // What does not hold together, in both directions: an id of the crosswalk that no framework
  // has, a condition or a risk that the crosswalk forgets. Whole sentences with a place.
  std::vector<std::string> problems() const;
};

}  // namespace straykey
