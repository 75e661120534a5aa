// SPDX-License-Identifier: Apache-2.0
// Entries of a register as a few bytes each. What is said of an NHI is said by one or two
// sources at one or two times, and most of it is short, so a million of them, with their
// credentials, are some hundred megabytes, where the plain structures would be thousands.
//
//   facts   statements (source, as of, attested), then field, number of its statement, value
//   links   one behind the other, without the NHI that they belong to
//
// A form for memory only: it is never written anywhere.
#pragma once

#include <string>
#include <vector>

#include "scanner/base/bytes.h"
#include "scanner/nhi/nhi.h"

namespace straykey {

// Of an NHI what its facts do not say comes from elsewhere: the id.
std::string pack(const Nhi& nhi);
Nhi unpacked_nhi(const std::string& id, ByteView bytes);

std::string pack(const CredentialLink& link);
std::string pack(const std::vector<CredentialLink>& links);
std::vector<CredentialLink> unpacked_links(const std::string& nhi_id, ByteView bytes);

}  // namespace straykey
