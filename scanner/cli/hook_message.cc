// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/hook_message.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scanner/report/document.h"

namespace straykey {
namespace {

constexpr size_t kFindingsShown = 4;
constexpr size_t kFailuresShown = 3;
constexpr size_t kShortCommit = 10;
constexpr size_t kLineWidth = 110;  // code points of what a stranger chose

using Lines = std::vector<std::string>;

std::string counted(size_t count) {
  return count == 1 ? "a secret" : fmt::format("{} secrets", count);
}

// A word for a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::vector<const Finding*> stopping(const Evidence& evidence) {
  std::vector<const Finding*> out;
  for (const Finding& finding : evidence.findings) {
    if (finding.state == FindingState::kNew && finding.severity >= evidence.fail_on) {
      out.push_back(&finding);
    }
  }
  return out;
}

std::string first_line(HookStage stage, size_t count, const HookCall& call) {
  std::string to = call.remote.empty() ? "" : " to " + printable_text(call.remote);
  switch (stage) {
    case HookStage::kCommit: return fmt::format("commit stopped: {} would come in", counted(count));
    case HookStage::kAllFiles: return fmt::format("{} in the files of the index", counted(count));
    case HookStage::kMessage:
      return fmt::format("commit stopped: {} in its message", counted(count));
    case HookStage::kPush:
      return fmt::format("push stopped: {} would go out{}", counted(count), to);
    case HookStage::kReceive: return fmt::format("push refused: {} would come in", counted(count));
  }
  return "";
}

// "  config/app.env:3:12  GitHub personal access token  ghp_****  account 4711 (commit 1a2b3c)"
std::string finding_line(const Evidence& evidence, const Finding& finding) {
  const Occurrence& place = *distinct_places(finding).front();
  auto index = static_cast<size_t>(&finding - evidence.findings.data());
  std::string what = (*evidence.signatures)[finding.signature].name + "  " + finding.redacted;
  for (const auto& [attribute, value] : finding.attributes) what += "  " + attribute + " " + value;
  const Resolution* whose = resolution_of(evidence, index);
  if (whose && whose->registered) what += "  of " + whose->name;
  if (whose && !whose->owner.empty()) {
    what += (whose->owner_suggested ? "  owner perhaps " : "  owner ") + whose->owner;
  }
  std::string line = fmt::format("  {}:{}:{}  {}", printable_text(place_name(place)),
                                 place.position.line, place.position.column,
                                 printable_text(what));
  std::string commit;
  if (!place.commit.empty()) {
    commit = fmt::format("  (commit {})", place.commit.substr(0, kShortCommit));
  }
  return shorten_middle(line, kLineWidth - commit.size()) + commit;
}

// Where to take it back: the first advice of the provider.
void add_revoking(const Evidence& evidence, const std::vector<const Finding*>& findings,
                  Lines& lines) {
  for (const Finding* finding : findings) {
    const Signature& signature = (*evidence.signatures)[finding->signature];
    if (signature.rotation_url.empty()) continue;
    lines.push_back(shorten_end("        revoke it: " + printable_text(signature.rotation_url),
                                kLineWidth));
    return;
  }
}

std::string rewriting(const Finding& finding) {
  for (const Occurrence& place : finding.occurrences) {
    if (!place.commit.empty()) {
      return "git rebase -i " + place.commit.substr(0, kShortCommit) +
             "^   (--root instead when that is the first commit)";
    }
  }
  return "git rebase -i";
}

// A command that is cut cannot be copied: without the path it unstages all.
std::string unstaging(const std::string& path) {
  std::string command = "git reset -- " + path;
  return code_points(command) + 8 > kLineWidth ? "git reset" : command;
}

void add_advice(const Evidence& evidence, const std::vector<const Finding*>& findings,
                const HookCall& call, const std::string& override_word, Lines& lines) {
  const Finding& first = *findings.front();
  std::string path = distinct_places(first).front()->path;
  const char* meant =
      "Meant:  'straykey:allow' in a comment on its line, or [[allow]] in .straykey.toml";
  switch (call.stage) {
    case HookStage::kCommit:
      lines.push_back("Now:    take it out of the file and 'git add' the file again; to unstage it:");
      lines.push_back("        " + unstaging(printable_text(quoted(path))));
      lines.push_back("        If others have seen it, revoke it first. It is in no commit yet.");
      add_revoking(evidence, findings, lines);
      lines.push_back(meant);
      lines.push_back("Bypass: git commit --no-verify; then it is committed, and a push carries it on");
      return;
    case HookStage::kAllFiles:
      lines.push_back("Now:    it is in the repository already: revoke or rotate it first,");
      lines.push_back("        then take it out of the file");
      add_revoking(evidence, findings, lines);
      lines.push_back(meant);
      lines.push_back("Known:  'straykey baseline create' notes what is there today");
      return;
    case HookStage::kMessage:
      lines.push_back("Now:    write the message without it; what you wrote was kept:");
      lines.push_back("        git commit -e -F " + printable_text(quoted(call.message_file)));
      add_revoking(evidence, findings, lines);
      lines.push_back("Bypass: git commit --no-verify; then it is committed, and a push carries it on");
      return;
    case HookStage::kPush:
      lines.push_back("Now:    take it out of the commits that bring it, then push again:");
      lines.push_back("        " + rewriting(first));
      lines.push_back("        To delete it in a later commit is not enough: history goes out whole.");
      lines.push_back("        If it was ever pushed or shared elsewhere, revoke or rotate it first.");
      add_revoking(evidence, findings, lines);
      lines.push_back(meant);
      lines.push_back("Bypass: git push --no-verify; then it is out, and must be revoked");
      return;
    case HookStage::kReceive:
      lines.push_back("Now:    it has left your machine: revoke or rotate it first. This server keeps");
      lines.push_back("        nothing of the push. Then take it out of the commits, and push again:");
      lines.push_back("        " + rewriting(first));
      add_revoking(evidence, findings, lines);
      lines.push_back(meant);
      lines.push_back(override_word.empty()
                          ? "Bypass: only whoever runs this server can let it through"
                          : "Bypass: git push -o '" + printable_text(override_word) +
                                "=REASON'; who, what and why is recorded");
      return;
  }
}

const char* stopped(HookStage stage) {
  switch (stage) {
    case HookStage::kCommit:
    case HookStage::kMessage: return "commit stopped";
    case HookStage::kAllFiles: return "not all was scanned";
    case HookStage::kPush: return "push stopped";
    case HookStage::kReceive: return "push refused";
  }
  return "";
}

void add_failures(const Coverage& coverage, Lines& lines) {
  size_t shown = std::min(coverage.failed.size(), kFailuresShown);
  for (size_t i = 0; i < shown; ++i) {
    const Failure& failure = coverage.failed[i];
    lines.push_back(shorten_middle("  not scanned: " + printable_text(failure.where) + ": " +
                                       printable_text(failure.reason),
                                   kLineWidth));
  }
  if (shown < coverage.failed.size()) {
    lines.push_back(fmt::format("  not scanned: {} more", coverage.failed.size() - shown));
  }
  if (coverage.interrupted) lines.push_back("  not scanned: what was left when the time was over");
}

}  // namespace

std::string hook_message(const Evidence& evidence, const HookCall& call,
                         const std::string& override_word) {
  std::vector<const Finding*> findings = stopping(evidence);
  Lines lines;
  if (!findings.empty()) {
    lines.push_back("straykey: " + first_line(call.stage, findings.size(), call));
    size_t shown = std::min(findings.size(), kFindingsShown);
    for (size_t i = 0; i < shown; ++i) lines.push_back(finding_line(evidence, *findings[i]));
    if (shown < findings.size()) {
      lines.push_back(fmt::format("  and {} more", findings.size() - shown));
    }
    add_advice(evidence, findings, call, override_word, lines);
    if (!evidence.coverage.complete()) lines.push_back("Beside that, not all could be scanned.");
  } else if (!evidence.coverage.complete()) {
    lines.push_back(fmt::format("straykey: {}: not all could be scanned, so nobody knows",
                                stopped(call.stage)));
    add_failures(evidence.coverage, lines);
  }
  if (lines.empty()) return "";
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace straykey
