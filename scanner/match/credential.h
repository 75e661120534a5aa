// SPDX-License-Identifier: Apache-2.0
// Tells a credential from what else is written where credentials are: words, placeholders,
// variables, identifiers, hashes, numbers. Statistics of letters, not lists of exceptions.
#pragma once

#include <string>

#include "scanner/base/bytes.h"
#include "scanner/signature/signature.h"

namespace straykey {

enum class ValueClass : uint8_t {
  kCredential,
  kPlaceholder,  // "changeme", "xxxxxxxx", "your-token"
  kReference,    // "${TOKEN}", "vault:db#password", "get(name)", "a/path/to"
  kWord,         // words and names, in any case: "Passwort", "api_key", "userToken2"
  kNumber,       // "86400000", "2024-05-17", "10.12.0.0/16"
  kHash,         // of a password, of a file
  kId,           // a UUID where one says nothing
};

const char* name(ValueClass);

// How much longer the value gets when it is written down the way people name things than
// when each character is drawn from the alphabet that it uses: bits per character. Below 0
// for words and identifiers, above 1 for what a generator made. See bench/accuracy.
double surprise(ByteView value);

// The value that a program puts together of several strings: "abc" + "def" is abcdef. Takes
// what stands between the first quote and the last.
std::string without_joints(ByteView written);

// `kind` is what the name beside the value says that it is; kAny is always a credential.
// Well below a microsecond for values of common length.
ValueClass classify(ByteView value, ValueKind kind);

}  // namespace straykey
