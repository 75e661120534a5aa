// SPDX-License-Identifier: Apache-2.0
#include "scanner/base/secret.h"

#include <openssl/crypto.h>

namespace straykey {

void wipe(std::string& text) {
  // The whole capacity: a shrunken string keeps old bytes behind its end.
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace straykey
