// SPDX-License-Identifier: Apache-2.0
// The register as a file that people can read, compare and mend: TOML, or the same as JSON.
// Equal registers are equal files, and what is read back is what was written.
//
//   schema_version = 1
//
//   [[nhi]]
//   id = 'aws:123456789012:user/deploy'
//   owner = 'payments'                    what follows from the facts
//   facts = [
//     { source = 'aws-users', as_of = '2026-11-21T04:05:06Z', owner = 'payments' },
//   ]
//   [[nhi.credential]]
//   kind = 'credential-id'
//   ...
//   [[person]]
//   [[component]]
//
// Whoever changes a value by hand need not write a fact: a value that does not follow from the
// facts becomes one, said by "by hand" at the time at which the file was changed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "scanner/base/bytes.h"
#include "scanner/base/result.h"
#include "scanner/nhi/register.h"

namespace straykey {

enum class RegisterForm : uint8_t { kToml, kJson };

std::string write_register(const Register& reg, RegisterForm form);

// The same in pieces of one entry each, for registers whose text is large. Stops with the
// error of `write`.
Result<void> write_register(const Register& reg, RegisterForm form,
                            const std::function<Result<void>(ByteView)>& write);

// `changed` is when the file was changed, in seconds since 1970. The error says with its place
// what is wrong; an unknown key is wrong.
Result<Register> read_register(ByteView text, const std::string& file, int64_t changed);

}  // namespace straykey
