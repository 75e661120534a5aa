// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/open_register.h"

#include <sys/stat.h>

#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/base/time.h"
#include "scanner/nhi/register_file.h"

namespace straykey {

int64_t changed_at(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mtime : now_seconds();
}

Result<Register> open_register(const std::string& file, IfMissing if_missing) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    if (if_missing == IfMissing::kIsEmpty) return Register();
    return Error{file + ": there is no such register; 'straykey nhi import' makes one"};
  }
  auto bytes = FileBytes::read(file);
  if (!bytes) return bytes.error();
  return read_register(bytes->bytes(), file, changed_at(file));
}

Result<void> keep_register(const Register& reg, const std::string& file) {
  const auto form = file.ends_with(".json") ? RegisterForm::kJson : RegisterForm::kToml;
  auto replacement = Replacement::open(file);
  if (!replacement) return replacement.error();
  auto written =
      write_register(reg, form, [&](ByteView piece) { return replacement->write(piece); });
  return written ? replacement->keep() : written;
}

}  // namespace straykey
