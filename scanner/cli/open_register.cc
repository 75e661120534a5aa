// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/open_register.h"

#include <sys/stat.h>

#include <filesystem>

#include "scanner/base/file.h"
#include "scanner/base/machine.h"
#include "scanner/base/time.h"
#include "scanner/cli/options.h"
#include "scanner/nhi/register_file.h"
#include "scanner/store/store.h"

namespace straykey {
namespace {

bool is_there(const std::string& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

Result<Register> read_file_of(const std::string& file, IfMissing if_missing) {
  if (!is_there(file)) {
    if (if_missing == IfMissing::kIsEmpty) return Register();
    return Error{file + ": there is no such register; 'straykey nhi import' makes one"};
  }
  auto bytes = FileBytes::read(file);
  if (!bytes) return bytes.error();
  return read_register(bytes->bytes(), file, changed_at(file));
}

Result<void> write_file_of(const Register& reg, const std::string& file) {
  const auto form = file.ends_with(".json") ? RegisterForm::kJson : RegisterForm::kToml;
  auto replacement = Replacement::open(file);
  if (!replacement) return replacement.error();
  auto written =
      write_register(reg, form, [&](ByteView piece) { return replacement->write(piece); });
  return written ? replacement->keep() : written;
}

}  // namespace

int64_t changed_at(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mtime : now_seconds();
}

std::string RegisterPlace::name() const { return without_passwords(where); }

Result<Register> open_register(const RegisterPlace& place, IfMissing if_missing) {
  if (!place.is_store) return read_file_of(place.where, if_missing);
  auto store = Store::open(place.where, Access::kRead);
  if (!store) return store.error();
  auto transaction = Transaction::begin(store->connection(), Access::kRead);
  if (!transaction) return transaction.error();
  return read_stored_register(store->connection());
}

Result<std::unique_ptr<RegisterView>> view_register(const RegisterPlace& place) {
  using View = std::unique_ptr<RegisterView>;
  if (place.is_store) {
    auto stored = StoredRegister::open(place.where);
    return stored ? Result<View>(std::move(*stored)) : stored.error();
  }
  auto reg = read_file_of(place.where, IfMissing::kIsAnError);
  return reg ? Result<View>(std::make_unique<Register>(std::move(*reg))) : reg.error();
}

Result<StoredLineage> open_lineage(const RegisterPlace& place, const std::string& nhi_id) {
  if (!place.is_store) return StoredLineage();
  auto store = Store::open(place.where, Access::kRead);
  if (!store) return store.error();
  return lineage_of(store->connection(), nhi_id);
}

Result<RegisterSize> change_register(const RegisterPlace& place, IfMissing if_missing,
                                     const RegisterChange& change) {
  if (place.is_store) {
    auto store = Store::open(
        place.where, if_missing == IfMissing::kIsEmpty ? Access::kWrite : Access::kRead);
    if (!store) return store.error();
    return change_stored_register(store->connection(), now_seconds(), user_name(), change);
  }
  auto reg = read_file_of(place.where, if_missing);
  if (!reg) return reg.error();
  auto changed = change(*reg);
  if (!changed) return changed.error();
  auto written = write_file_of(*reg, place.where);
  if (!written) return written.error();
  return reg->size();
}

Result<std::unique_ptr<RegisterView>> register_of(const ScanOptions& options) {
  if (!options.register_file.empty()) return view_register({options.register_file, false});
  if (options.store.empty() || (!is_postgres(options.store) && !is_there(options.store)))
    return std::unique_ptr<RegisterView>(std::make_unique<Register>());
  return view_register({options.store, true});
}

}  // namespace straykey
