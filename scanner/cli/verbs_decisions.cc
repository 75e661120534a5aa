// SPDX-License-Identifier: Apache-2.0
// The verbs that note what was decided and done, and that prove the record of it.
#include <cstdlib>

#include "scanner/cli/commands.h"
#include "scanner/store/store.h"

namespace straykey {
namespace {

Flag repeated(Flag flag) {
  flag.repeats = true;
  return flag;
}

std::vector<std::string> values_of(const ParsedLine& line, const std::string& flag) {
  auto found = line.flags.find(flag);
  return found == line.flags.end() ? std::vector<std::string>() : found->second;
}

// Runs `command` with the store that the option or the environment names.
template <class Command>
int with_store(const Invocation& call, Command command) {
  auto where = store_of(call);
  return where ? command(*where) : usage_error(where.error().message);
}

// The arguments after the first.
std::vector<std::string> rest_of(const std::vector<std::string>& arguments) {
  return {arguments.begin() + 1, arguments.end()};
}

}  // namespace

Flag store_flag() {
  return own_flag("store", 0, "FILE|URL", "The store; else STRAYKEY_STORE names it");
}

Flag text_flag(const char* name, const char* value, const char* help) {
  Flag flag = own_flag(name, 0, value, help);
  flag.completion = Completion::kNothing;
  return flag;
}

Result<std::string> store_of(const Invocation& call) {
  std::string where = call.line.last("store");
  const char* variable = std::getenv("STRAYKEY_STORE");
  if (where.empty() && variable) where = variable;
  if (where.empty()) return Error{"name a store: --store FILE, or STRAYKEY_STORE"};
  return where;
}

std::vector<Verb> decision_verbs() {
  std::vector<Verb> verbs;
  const char* group = "Decide and prove";
  verbs.push_back(
      {.name = "decide",
       .group = group,
       .arguments = "treat|accept|avoid|transfer|close FINDING...",
       .least_arguments = 2,
       .most_arguments = kAnyNumber,
       .completion = Completion::kChoices,
       .choices = {"treat", "accept", "avoid", "transfer", "close"},
       .help = "Note what is to become of findings",
       .more = "FINDING is the id of a finding, or its first digits. Treat, avoid and transfer "
               "take --reason, --owner and --due; accept --reason, --owner, --approver and "
               "--until, not beyond what the policy allows. Close needs a proof: an event "
               "'rotated' or 'revoked' in the store, or --proof.",
       .flags = {store_flag(), text_flag("reason", "TEXT", "Why"),
                 text_flag("owner", "WHO", "Who is to do it, or answers for it"),
                 text_flag("approver", "WHO", "Who approved of the exception"),
                 text_flag("due", "DATE", "To be done by: 2027-01-31 or '30 days'"),
                 text_flag("until", "DATE", "The exception ends: 2027-01-31 or '30 days'"),
                 text_flag("proof", "TEXT", "What shows that the credential is void"),
                 own_flag("policy", 0, "FILE", "The policy; else what is built in")},
       .run = [](const Invocation& call) {
         return with_store(call, [&](const std::string& where) {
           const ParsedLine& line = call.line;
           return decide_command(where, line.last("policy"), line.arguments.front(),
                                 rest_of(line.arguments),
                                 {line.last("reason"), line.last("approver"), line.last("owner"),
                                  line.last("due"), line.last("until"), line.last("proof")});
         });
       }});
  verbs.push_back(
      {.name = "event",
       .group = group,
       .arguments = "WHAT SUBJECT...",
       .least_arguments = 2,
       .most_arguments = kAnyNumber,
       .completion = Completion::kChoices,
       .choices = event_names(),
       .help = "Note that a credential was rotated, revoked, reviewed...",
       .more = "WHAT is created, rotated, revoked, reviewed, offboarded or reassigned; SUBJECT "
               "the id of an NHI, or that of a finding or its first digits. Of an artefact the "
               "name and the SHA-256 are kept.",
       .flags = {store_flag(), text_flag("at", "DATE", "When; built in: now"),
                 text_flag("reference", "TEXT", "A ticket or log entry that shows it"),
                 own_flag("artefact", 0, "FILE", "A file that shows it"),
                 text_flag("note", "TEXT", "What else is to be known")},
       .run = [](const Invocation& call) {
         return with_store(call, [&](const std::string& where) {
           const ParsedLine& line = call.line;
           return event_command(where, line.arguments.front(), rest_of(line.arguments),
                                {line.last("at"), line.last("reference"), line.last("artefact"),
                                 line.last("note")});
         });
       }});
  group = "Prove it to others";
  verbs.push_back(
      {.name = "evidence sign",
       .group = group,
       .help = "Sign where the records of a store end",
       .more = "Prints a DSSE envelope, which belongs to a place outside of the store. A copy "
               "is kept in it. A store that does not hold together is not signed.",
       .flags = {store_flag(), own_flag("key", 0, "FILE", "A private Ed25519 key in PEM"),
                 own_flag("output", 'o', "FILE", "Write here; built in: standard output")},
       .run = [](const Invocation& call) {
         if (call.line.last("key").empty()) return usage_error("evidence sign: --key is missing");
         return with_store(call, [&](const std::string& where) {
           return evidence_sign_command(where, call.line.last("key"), call.line.last("output"));
         });
       }});
  verbs.push_back(
      {.name = "evidence verify",
       .group = group,
       .help = "Find records of a store that were tampered with",
       .more = "Exits with 1 when something was changed, removed, inserted, moved or cut off, "
               "and names it. What somebody with access to the database made anew from the "
               "first record on shows only against a head that was kept elsewhere.",
       .flags = {store_flag(),
                 repeated(own_flag("public-key", 0, "FILE", "Who may have signed heads")),
                 repeated(own_flag("envelope", 0, "FILE", "A signed head kept elsewhere")),
                 text_flag("expect-head", "HASH", "A head that was noted elsewhere")},
       .run = [](const Invocation& call) {
         return with_store(call, [&](const std::string& where) {
           return evidence_verify_command(
               where, {values_of(call.line, "public-key"), values_of(call.line, "envelope"),
                       call.line.last("expect-head")});
         });
       }});
  return verbs;
}

}  // namespace straykey
