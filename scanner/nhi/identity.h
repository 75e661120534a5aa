// SPDX-License-Identifier: Apache-2.0
// What a finding itself says about whose it is, without asking anybody: the kind of principal,
// its attributes, whether a person or a program acts with it, and the keys by which a register
// can know it.
//
//   signature aws.secret-access-key, access-key-id=AKIA...
//     -> kind "aws-access-key", class service, account=123456789012,
//        keys: credential-id aws AKIA..., account aws 123456789012
//
// A secret is never needed for it: the last code that saw the secret has left its public parts
// in the attributes (match/check.h).
#pragma once

#include <string>
#include <vector>

#include "scanner/finding/finding.h"
#include "scanner/nhi/nhi.h"
#include "scanner/signature/signature.h"

namespace straykey {

// Values are written as nhi.h says for each kind of link.
struct JoinKey {
  LinkKind kind = LinkKind::kCredentialId;
  std::string provider;
  std::string value;
  bool operator==(const JoinKey&) const = default;
};

struct Identity {
  std::string kind;  // "aws-access-key"; "" when nothing is known but the signature
  // By name, once each: the finding's own, what follows from them behind.
  Attributes attributes;
  PrincipalClass principal_class = PrincipalClass::kUnknown;
  std::string provider;  // as in links: "aws", "gcp", "azure", ...; "" for general ones
  std::vector<JoinKey> keys;  // strongest first

  // The value of an attribute, "" without it.
  const std::string& attribute(ByteView name) const;
};

Identity identity_of(const Finding& finding, const Signature& signature);

}  // namespace straykey
