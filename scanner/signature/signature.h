// SPDX-License-Identifier: Apache-2.0
// What a kind of credential looks like, as data. signatures/README.md is the manual for
// people who write one; this is the form the program works with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace straykey {

enum class Severity : uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };
enum class Confidence : uint8_t { kLow, kMedium, kHigh };

// Who acts with such a credential.
enum class PrincipalClass : uint8_t { kUnknown, kService, kHuman };

// What a value must look like, when only the name beside it says that it is a credential:
// match/credential.h. kKey may be a UUID, kToken may not, kPassword may be made by a person.
enum class ValueKind : uint8_t { kAny, kPassword, kKey, kToken };

const char* name(Severity);
const char* name(Confidence);
const char* name(PrincipalClass);

// Another part of a credential that has several (key id beside secret key). It is looked
// for within `within` bytes before and after the secret; its value becomes the identity
// attribute `name`. With a `check` the attributes that this finds in the value do instead. Text
// of which it says that it is no such thing is none, nor is text of which it says otherwise
// than the secret itself: the certificate of another key.
struct Part {
  std::string name;
  std::string pattern;  // RE2; the group "value" is the part
  uint32_t within = 400;
  bool required = false;  // without it there is no match
  std::string check = {};  // its name, "" for none
};

// The least number of characters of a class that the secret must have.
struct Requirements {
  uint8_t digits = 0;
  uint8_t lower = 0;
  uint8_t upper = 0;
  uint8_t special = 0;   // neither letter nor digit
  uint8_t distinct = 0;  // different characters
};

// The provider of signatures that tell a credential by the words around it alone.
inline constexpr const char* kGenericProvider = "generic";

// Plain data, immutable once it is in a SignatureSet.
struct Signature {
  std::string id;        // provider.kind
  std::string name;      // for people: "GitHub personal access token"
  std::string provider;  // the file's provider
  std::string risk;      // one sentence: what whoever holds it can do

  // RE2 syntax in byte (Latin-1) mode; the group "secret" is the credential; every other
  // named group becomes an identity attribute of that name.
  std::string pattern;

  // What Hyperscan looks for when it is not `pattern` itself: bounded, with a literal,
  // without assertions at its ends. The match begins where the anchor does, or at most
  // `lookback` bytes before that; with a `reach`, up to so many behind the anchor's end.
  std::string anchor;
  uint32_t lookback = 0;
  uint32_t reach = 0;

  double min_entropy = 0;  // bits per byte of the secret
  Requirements require;
  ValueKind value = ValueKind::kAny;  // what else it looks like lowers the confidence
  std::vector<std::string> except;    // RE2, matched against the whole secret: not a credential
  std::vector<std::string> checks;    // names of match/check.h

  Severity severity = Severity::kHigh;
  Confidence confidence = Confidence::kHigh;
  PrincipalClass principal_class = PrincipalClass::kUnknown;
  std::string identity;  // kind of identity that the attributes describe, "" when none
  std::vector<Part> parts;

  std::string rotation;      // what to do, one or two sentences
  std::string rotation_url;  // the provider's page
  std::string docs;          // where the format is documented

  // Templates, see signature/sample.h.
  std::vector<std::string> examples;
  std::vector<std::string> counterexamples;

  std::string file;  // where it was read from, and the line of its table
  uint32_t line = 0;
};

}  // namespace straykey
