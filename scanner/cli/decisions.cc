// SPDX-License-Identifier: Apache-2.0
// `straykey decide` and `straykey event`: what people decide about findings, and what they
// did to credentials, goes into the store as they say it.
#include <fmt/format.h>

#include <algorithm>

#include "scanner/base/file.h"
#include "scanner/base/hash.h"
#include "scanner/base/machine.h"
#include "scanner/base/suggest.h"
#include "scanner/base/time.h"
#include "scanner/cli/commands.h"
#include "scanner/cli/exit_code.h"
#include "scanner/evidence/lifecycle.h"
#include "scanner/store/store.h"
#include "scanner/store/stored_register.h"

namespace straykey {
namespace {

constexpr int64_t kDay = 86400;

// "2027-01-31", or "30 days" from now. A date lasts until its end.
Result<std::optional<int64_t>> date_to_come(const std::string& option, const std::string& text,
                                            int64_t now) {
  if (text.empty()) return std::optional<int64_t>();
  size_t end = text.find_first_not_of("0123456789");
  if (end != std::string::npos && end > 0 && end < 6 &&
      (text.substr(end) == " days" || text.substr(end) == "d")) {
    return std::optional<int64_t>(now + std::stoll(text.substr(0, end)) * kDay);
  }
  auto time = parse_time(text, now);
  if (!time) {
    return Error{"--" + option + ": '" + text +
                 "' is not a date; write 2027-01-31 or '30 days'"};
  }
  bool is_a_day = text.size() == 10;
  return std::optional<int64_t>(is_a_day ? *time + kDay - 1 : *time);
}

// What is laid down for the class that the register has the finding's NHI in.
Result<ClassPolicy> policy_of(const Policy& policy, const FindingPast& past,
                              const RegisterView& known) {
  auto nhi = past.nhi.empty() ? std::nullopt : known.nhi(past.nhi);
  auto answered = known.outcome();
  if (!answered) return answered.error();
  return policy.of(nhi ? nhi->nhi_class : NhiClass::kUnknown);
}

Error unknown_word(const std::string& word, const std::string& kind,
                   const std::vector<std::string>& known) {
  return Error{fmt::format("'{}' is no {}; write one of {}{}", word, kind,
                           fmt::join(known, ", "), did_you_mean(word, known))};
}

}  // namespace

int decide_command(const std::string& where, const std::string& policy_file,
                   const std::string& action, const std::vector<std::string>& findings,
                   const DecisionWords& words) {
  Decision decision;
  auto parsed = parse_action(action);
  if (!parsed) {
    return usage_error("decide: " + unknown_word(action, "decision",
                                                 {"treat", "accept", "avoid", "transfer",
                                                  "close"})
                                        .message);
  }
  decision.action = *parsed;
  decision.decided_at = now_seconds();
  decision.decided_by = user_name();
  decision.reason = words.reason;
  decision.approver = words.approver;
  decision.owner = words.owner;
  decision.proof = words.proof;
  auto due = date_to_come("due", words.due, decision.decided_at);
  if (!due) return usage_error("decide: " + due.error().message);
  auto until = date_to_come("until", words.until, decision.decided_at);
  if (!until) return usage_error("decide: " + until.error().message);
  decision.due = *due;
  decision.until = *until;

  auto policy = Policy::load(policy_file);
  if (!policy) return usage_error(policy.error().message);
  auto store = Store::open(where, Access::kRead);
  if (!store) return usage_error(store.error().message);
  std::vector<std::string> ids;
  for (const std::string& finding : findings) {
    auto id = store->find_finding(finding);
    if (!id) return usage_error("decide: " + id.error().message);
    ids.push_back(*id);
  }
  auto pasts = store->pasts({ids.begin(), ids.end()});
  if (!pasts) return usage_error(pasts.error().message);
  auto known = StoredRegister::open(where);
  if (!known) return usage_error(known.error().message);
  std::vector<std::pair<std::string, Decision>> decisions;
  for (const std::string& id : ids) {
    Decision one = decision;  // the proof may come from the finding's own events
    auto laid_down = policy_of(*policy, pasts->at(id), **known);
    if (!laid_down) return usage_error(laid_down.error().message);
    auto checked = check_decision(one, pasts->at(id), *laid_down);
    if (!checked) return usage_error("decide " + checked.error().message);
    decisions.emplace_back(id, std::move(one));
  }
  auto decided = store->decide(decisions);
  if (!decided) return usage_error(decided.error().message);
  std::string out;
  for (const auto& [id, one] : decisions) {
    auto date = [](int64_t seconds) { return iso_time(seconds).substr(0, 10); };
    out += fmt::format("{}  {}{}{}{}\n", id, name(one.action),
                       one.due ? ", due " + date(*one.due) : "",
                       one.until ? ", until " + date(*one.until) : "",
                       one.proof.empty() ? "" : ", " + one.proof);
  }
  return print(out);
}

int event_command(const std::string& where, const std::string& what,
                  const std::vector<std::string>& subjects, const EventWords& words) {
  const std::vector<std::string>& known = event_names();
  if (std::find(known.begin(), known.end(), what) == known.end()) {
    return usage_error("event: " + unknown_word(what, "event", known).message);
  }
  Event event;
  event.what = what;
  event.recorded_at = now_seconds();
  event.recorded_by = user_name();
  event.reference = words.reference;
  event.note = words.note;
  auto at = words.at.empty() ? std::optional<int64_t>(event.recorded_at)
                             : parse_time(words.at, event.recorded_at);
  if (!at) {
    return usage_error("event: --at: '" + words.at +
                       "' is not a date; write 2026-11-21 or '3 days ago'");
  }
  if (*at > event.recorded_at) return usage_error("event: --at " + words.at + " is to come yet");
  event.happened_at = *at;
  if (!words.artefact.empty()) {
    auto bytes = FileBytes::read(words.artefact);
    if (!bytes) return usage_error(bytes.error().message);
    event.artefact = words.artefact;
    event.digest = hex(sha256(bytes->bytes()));
  }
  if (event.reference.empty() && event.artefact.empty()) {
    return usage_error("event: nothing shows that it happened; name a ticket with --reference "
                       "or a file with --artefact");
  }
  auto store = Store::open(where, Access::kWrite);
  if (!store) return usage_error(store.error().message);
  std::vector<Event> events;
  for (const std::string& subject : subjects) {
    event.subject = subject;
    // An NHI's id has a ':' in it, a finding's is hexadecimal.
    if (subject.find_first_not_of("0123456789abcdef") == std::string::npos) {
      auto id = store->find_finding(subject);
      if (!id) return usage_error("event: " + id.error().message);
      event.subject = *id;
    }
    events.push_back(event);
  }
  auto added = store->add_events(events);
  return added ? kExitClean : usage_error(added.error().message);
}

}  // namespace straykey
