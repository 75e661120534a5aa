// SPDX-License-Identifier: Apache-2.0
// What it costs to say whose findings are: 10,000 of them against registers of growing size, in
// memory and in a store of SQLite. Half are known by their credential, a quarter by nothing but
// their path. A store is opened anew each time, as by a scan.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>

#include "scanner/nhi/resolve.h"
#include "scanner/store/store.h"
#include "scanner/store/stored_register.h"
#include "tests/support/temp_dir.h"

namespace straykey {
namespace {

constexpr size_t kFindings = 10'000;

std::string key_id(size_t number) {
  static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out = "AKIARZPUZDIKA";
  for (int i = 0; i < 7; ++i) {
    out += kLetters[number % 32];
    number /= 32;
  }
  return out;
}

void fill(Register& out, size_t credentials) {
  for (size_t i = 0; i < credentials; ++i) {
    const std::string id = "aws:123456789012:user/u" + std::to_string(i / 5);
    if (i % 5 == 0) {
      Nhi nhi;
      nhi.id = id;
      say(nhi, Field::kOwner, "team-" + std::to_string(i % 97), "bench", 1);
      settle(nhi, {});
      out.add(std::move(nhi));
    }
    CredentialLink link;
    link.provider = "aws";
    link.value = key_id(i);
    link.nhi_id = id;
    out.add(std::move(link));
  }
}

// One for each size; made when it is first asked for.
const Register& register_of(size_t credentials) {
  static std::map<size_t, Register> made;
  auto [entry, is_new] = made.try_emplace(credentials);
  if (is_new) fill(entry->second, credentials);
  return entry->second;
}

// Likewise a store.
const std::string& store_of(size_t credentials) {
  static TempDir dir;
  static std::map<size_t, std::string> made;
  auto [entry, is_new] = made.try_emplace(credentials);
  if (!is_new) return entry->second;
  entry->second = dir / std::to_string(credentials);
  auto store = Store::open(entry->second, Access::kWrite);
  STRAYKEY_CHECK(store);
  auto filled = change_stored_register(store->connection(), 1, "bench", [&](Register& reg) {
    fill(reg, credentials);
    return Result<std::vector<ImportNote>>(std::vector<ImportNote>());
  });
  STRAYKEY_CHECK(filled);
  return entry->second;
}

enum class Kept { kInMemory, kInStore };

template <Kept kept>
void resolve_findings(benchmark::State& state) {
  const auto credentials = static_cast<size_t>(state.range(0));
  if (kept == Kept::kInMemory) register_of(credentials);
  if (kept == Kept::kInStore) store_of(credentials);
  Signature key;
  key.id = "aws.secret-access-key";
  key.provider = "aws";
  key.identity = "aws-access-key";
  Signature password;
  password.id = "generic.password";
  password.provider = "generic";
  std::vector<Finding> findings(kFindings);
  for (size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    finding.id = std::to_string(i);
    // The second half of the keys is in no register.
    if (i % 4 != 3)
      finding.attributes = {{"access-key-id", key_id(i % 4 == 2 ? (1u << 30) + i
                                                              : i * 7919 % credentials)}};
    Occurrence place;
    place.repository = "/srv/shop";
    place.path = "services/s" + std::to_string(i % 500) + "/config/app.env";
    place.author_email = "ann@acme.example";
    place.presence = Presence::kTip;
    finding.occurrences = {place};
  }
  std::string codeowners = "* @acme/all\n";
  for (int i = 0; i < 300; ++i)
    codeowners += "/services/s" + std::to_string(i) + "/ @acme/team-" + std::to_string(i) + "\n";
  OwnerSources sources;
  sources.repositories["/srv/shop"] = {
      "acme/shop", "CODEOWNERS", Codeowners::parse(codeowners, CodeownersDialect::kGithub)};

  size_t registered = 0;
  for (auto _ : state) {
    std::unique_ptr<StoredRegister> stored;
    if (kept == Kept::kInStore) {
      auto opened = StoredRegister::open(store_of(credentials));
      STRAYKEY_CHECK(opened);
      stored = std::move(*opened);
    }
    const RegisterView& known = stored ? static_cast<const RegisterView&>(*stored)
                                       : register_of(credentials);
    Resolver resolver(known, sources);
    registered = 0;
    for (const Finding& finding : findings)
      registered += resolver.resolve(finding, finding.attributes.empty() ? password : key).registered;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kFindings));
  state.counters["registered"] = static_cast<double>(registered);
}
BENCHMARK(resolve_findings<Kept::kInMemory>)
    ->ArgName("credentials")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(resolve_findings<Kept::kInStore>)
    ->ArgName("credentials")
    ->Arg(1'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace straykey
