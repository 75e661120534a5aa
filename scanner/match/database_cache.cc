// SPDX-License-Identifier: Apache-2.0
// A file is: "SKCACHE1", the key (64 hex digits), SHA-256 of what follows (64), and what
// Database::serialize() gives. The key names the set, the program and Hyperscan; the hash
// covers all bytes (Hyperscan's own checksum covers only its part, and is checked as well).
// Files are replaced as a whole, so runs side by side need no lock. A file that belongs to
// somebody else, or that others may write, is not believed.
#include "scanner/match/database_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"

namespace straykey {
namespace {

namespace fs = std::filesystem;

constexpr ByteView kMagic = "SKCACHE1";
constexpr size_t kHexDigest = 64;
constexpr size_t kMostFiles = 16;
constexpr const char* kExtension = ".skdb";

std::string key_of(const SignatureSet& set) {
  return hex(sha256(set.digest() + "\n" + Database::engine_version() + "\n" STRAYKEY_VERSION "\n" +
                    std::to_string(Database::kFormat)));
}

bool is_ours(const std::string& path) {
  struct stat st;
  return ::lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == ::geteuid() &&
         (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<Database> read(const SignatureSet& set, const std::string& path,
                             const std::string& key) {
  if (!is_ours(path)) return std::nullopt;
  auto file = FileBytes::read(path, FileBytes::Links::kRefuse);
  if (!file) return std::nullopt;
  const ByteView bytes = file->bytes();
  constexpr size_t kHeader = kMagic.size() + 2 * kHexDigest;
  if (bytes.size() <= kHeader || !bytes.starts_with(kMagic) ||
      bytes.substr(kMagic.size(), kHexDigest) != key) {
    return std::nullopt;
  }
  const ByteView payload = bytes.substr(kHeader);
  if (bytes.substr(kMagic.size() + kHexDigest, kHexDigest) != hex(sha256(payload))) {
    return std::nullopt;
  }
  auto database = Database::load(set, std::string(payload));
  if (!database) return std::nullopt;
  return *std::move(database);
}

// Leaves the newest files of the folder.
void prune(const std::string& folder) {
  std::error_code ignored;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (entry->path().extension() == kExtension) {
      files.emplace_back(entry->last_write_time(ignored), entry->path());
    }
  }
  if (files.size() <= kMostFiles) return;
  std::sort(files.rbegin(), files.rend());
  for (size_t i = kMostFiles; i < files.size(); ++i) fs::remove(files[i].second, ignored);
}

void write(const Database& database, const std::string& folder, const std::string& path,
           const std::string& key) {
  auto payload = database.serialize();
  if (!payload) return;
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  auto written =
      replace_file(path, std::string(kMagic) + key + hex(sha256(*payload)) + *payload);
  if (written) prune(folder);
}

}  // namespace

std::string cache_name(const SignatureSet& set) {
  return key_of(set).substr(0, 32) + kExtension;
}

Result<Database> compile_cached(SignatureSet set, const Database& like,
                                const std::string& folder) {
  if (folder.empty() || set.size() == 0) return Database::compile(std::move(set), &like);
  const std::string key = key_of(set);
  const std::string path = (fs::path(folder) / (key.substr(0, 32) + kExtension)).string();
  if (auto known = read(set, path, key)) return *std::move(known);
  auto compiled = Database::compile(std::move(set), &like);
  if (compiled) write(*compiled, folder, path, key);
  return compiled;
}

}  // namespace straykey
