// SPDX-License-Identifier: Apache-2.0
// `straykey evidence`: sign the head of the records, and find what was tampered with.
#include <fmt/format.h>

#include "scanner/base/file.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output.h"
#include "scanner/evidence/conditions.h"
#include "scanner/evidence/signed_head.h"
#include "scanner/report/document.h"
#include "scanner/store/store.h"
#include "scanner/store/verify.h"

namespace straykey {
namespace {

Result<std::vector<Ed25519Key>> public_keys(const std::vector<std::string>& files) {
  std::vector<Ed25519Key> keys;
  for (const std::string& file : files) {
    auto key = Ed25519Key::read_public(file);
    if (!key) return key.error();
    keys.push_back(std::move(*key));
  }
  return keys;
}

// Holds the store against one envelope; what is wrong with it is a problem of the store.
Result<void> hold_against(Connection& connection, ByteView envelope, const std::string& where,
                          const std::vector<Ed25519Key>& keys, Verification& verification) {
  auto statement = open_envelope(envelope, keys, where);
  if (!statement) {
    verification.problems.push_back(statement.error().message);
    return {};
  }
  if (statement->store != verification.store) {
    verification.problems.push_back(where + ": is about another store");
    return {};
  }
  return verify_head(connection, statement->head, where, verification);
}

Result<Verification> verify(Connection& connection, const EvidenceVerification& wanted) {
  auto keys = public_keys(wanted.public_keys);
  if (!keys) return keys.error();
  auto snapshot = Transaction::begin(connection, Access::kRead);
  if (!snapshot) return snapshot.error();
  auto verification = verify_store(connection);
  if (!verification) return verification.error();

  auto envelopes = connection.query("SELECT record, envelope FROM signed_head ORDER BY record");
  if (!envelopes) return envelopes.error();
  for (const Row& row : *envelopes) {
    auto held = hold_against(connection, text(row[1]),
                             "the signed head in record " + std::to_string(number(row[0])),
                             *keys, *verification);
    if (!held) return held.error();
  }
  for (const std::string& file : wanted.envelopes) {
    auto envelope = read_file(file);
    if (!envelope) return envelope.error();
    auto held = hold_against(connection, *envelope, file, *keys, *verification);
    if (!held) return held.error();
  }
  if (!wanted.expect_head.empty()) {
    auto found = connection.query("SELECT sequence FROM record WHERE hash = $1",
                                  {wanted.expect_head});
    if (!found) return found.error();
    if (found->empty()) {
      verification->problems.push_back("no record has the hash " + wanted.expect_head +
                                       ", which was the head once");
    }
  }
  return verification;
}

// What follows from the problems: condition C25, with the ids that it is evidence for.
Result<std::string> meaning_of(const std::vector<std::string>& problems) {
  RunFacts facts;
  facts.faults = problems;
  const std::vector<Condition> conditions = claims(judge_run(facts));
  if (conditions.empty()) return std::string();
  auto book = Rulebook::builtin();
  if (!book) return book.error();
  std::string out;
  for (const Condition& one : conditions) {
    std::vector<std::string> ids;
    for (const Mapping& mapping : mappings(conditions, *book)) {
      if (mapping.relation == Relation::kPrimary) ids.push_back(mapping.id->id);
    }
    out += fmt::format("{} {} holds: evidence for {}\n", one.id, book->condition(one.id)->title,
                       fmt::join(ids, " "));
  }
  return out;
}

}  // namespace

int evidence_sign_command(const std::string& where, const std::string& key_file,
                          const std::string& out) {
  auto key = Ed25519Key::read_private(key_file);
  if (!key) return usage_error(key.error().message);
  auto store = Store::open(where, Access::kRead);
  if (!store) return usage_error(store.error().message);
  // What is signed is first looked at: nobody shall sign a store that does not hold together.
  auto verification = verify(store->connection(), {});
  if (!verification) return usage_error(verification.error().message);
  for (const std::string& problem : verification->problems) tell(problem);
  if (!verification->problems.empty()) {
    return usage_error("the store does not hold together; nothing was signed");
  }
  int64_t now = now_seconds();
  const Head& head = verification->head;
  std::string envelope =
      sign_head({head, verification->store, verification->runs, now}, *key);
  auto kept = store->add_signed_head(head, key->id(), envelope, now);
  if (!kept) return usage_error(kept.error().message);
  if (out.empty()) return print(envelope + "\n");
  auto written = replace_file(out, envelope + "\n");
  return written ? kExitClean : usage_error(written.error().message);
}

int evidence_verify_command(const std::string& where, const EvidenceVerification& wanted) {
  auto store = Store::open(where, Access::kRead);
  if (!store) return usage_error(store.error().message);
  auto verification = verify(store->connection(), wanted);
  if (!verification) return usage_error(verification.error().message);
  std::string out;
  for (const std::string& problem : verification->problems) {
    out += "not intact: " + printable_text(problem) + "\n";
  }
  auto meaning = meaning_of(verification->problems);
  if (!meaning) return usage_error(meaning.error().message);
  out += *meaning;
  for (const std::string& note : verification->notes) out += "note: " + printable_text(note) + "\n";
  out += fmt::format("store {}: {} records, {} runs, {} problems\nhead {} {}\n",
                     printable_text(verification->store), verification->head.sequence,
                     verification->runs, verification->problems.size(),
                     verification->head.sequence, verification->head.hash);
  int code = print(out);
  return code != kExitClean || verification->problems.empty() ? code : kExitFindings;
}

}  // namespace straykey
