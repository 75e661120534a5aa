// SPDX-License-Identifier: Apache-2.0
#include "scanner/cli/ci.h"

#include <nlohmann/json.hpp>

namespace straykey {
namespace {

using Json = nlohmann::json;

// A name that is all zeros stands for "there is none".
bool is_none(const std::string& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

std::string tracking_ref(const std::string& branch) { return "refs/remotes/origin/" + branch; }

// "refs/heads/main" -> "main"
std::string branch_name(const std::string& ref) {
  constexpr const char* kHeads = "refs/heads/";
  return ref.starts_with(kHeads) ? ref.substr(std::string_view(kHeads).size()) : ref;
}

CiChange all(std::string server, std::string because) {
  return {.server = std::move(server), .all_because = std::move(because)};
}

// Commits were pushed to `branch`, which stood at `before`.
CiChange push(const std::string& server, const std::string& head, const std::string& before,
              const std::string& branch, const std::string& default_branch) {
  if (!is_none(before)) return {.server = server, .head = head, .base = before};
  if (default_branch.empty()) {
    return all(server, "the server does not say what the branch was before");
  }
  if (branch == default_branch) return all(server, "it is the default branch, and all of it is new");
  return {.server = server,
          .head = head,
          .base = tracking_ref(default_branch),
          .base_branch = default_branch};
}

// What is to be merged into `branch`; `base` is where that stood, "" when that is not said.
CiChange request(const std::string& server, const std::string& head, const std::string& base,
                 const std::string& branch) {
  if (base.empty() && branch.empty()) {
    return all(server, "the server does not say what the request is to be merged into");
  }
  return {.server = server,
          .head = head,
          .base = base.empty() ? tracking_ref(branch) : base,
          .base_branch = branch};
}

// The text at a path such as {"pull_request", "base", "sha"}, "" when there is none.
std::string text_at(const Json& event, std::initializer_list<const char*> path) {
  const Json* value = &event;
  for (const char* name : path) {
    if (!value->is_object() || !value->contains(name)) return "";
    value = &(*value)[name];
  }
  return value->is_string() ? value->get<std::string>() : "";
}

Result<CiChange> github(const CiSurroundings& surroundings) {
  const std::string server = "GitHub Actions";
  const auto& variable = surroundings.variable;
  std::string name = variable("GITHUB_EVENT_NAME");
  bool is_request = name == "pull_request" || name == "pull_request_target";
  if (!is_request && name != "merge_group" && name != "push") {
    return all(server, "the event '" + name + "' is about no change");
  }
  std::string path = variable("GITHUB_EVENT_PATH");
  if (path.empty()) return Error{"--ci: GITHUB_EVENT_PATH is not set, where the event would be"};
  auto text = surroundings.read(path);
  if (!text) return Error{"--ci: " + text.error().message};
  Json event = Json::parse(*text, nullptr, false);
  if (!event.is_object()) return Error{path + ": is not the JSON of an event"};
  if (is_request) {
    // HEAD is a merge that GitHub made; the head is what was proposed.
    return request(server, text_at(event, {"pull_request", "head", "sha"}),
                   text_at(event, {"pull_request", "base", "sha"}),
                   text_at(event, {"pull_request", "base", "ref"}));
  }
  if (name == "merge_group") {
    return request(server, text_at(event, {"merge_group", "head_sha"}),
                   text_at(event, {"merge_group", "base_sha"}),
                   branch_name(text_at(event, {"merge_group", "base_ref"})));
  }
  std::string head = text_at(event, {"after"});
  if (is_none(head)) return CiChange{.server = server, .is_nothing = true};
  // What a forced push replaced is on no branch any more, and no clone has it.
  bool is_forced = event.contains("forced") && event["forced"] == true;
  return push(server, head, is_forced ? "" : text_at(event, {"before"}),
              branch_name(text_at(event, {"ref"})),
              text_at(event, {"repository", "default_branch"}));
}

CiChange gitlab(const CiSurroundings& surroundings) {
  const std::string server = "GitLab CI";
  const auto& variable = surroundings.variable;
  std::string source = variable("CI_PIPELINE_SOURCE");
  std::string head = variable("CI_COMMIT_SHA");
  std::string base = variable("CI_MERGE_REQUEST_DIFF_BASE_SHA");
  if (source == "merge_request_event" || !base.empty()) {
    // In pipelines of merged results the head is a merge that GitLab made.
    std::string proposed = variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
    return request(server, proposed.empty() ? head : proposed, base,
                   variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
  }
  if (source != "push") return all(server, "a pipeline of '" + source + "' is about no change");
  return push(server, head, variable("CI_COMMIT_BEFORE_SHA"), variable("CI_COMMIT_BRANCH"),
              variable("CI_DEFAULT_BRANCH"));
}

std::string or_head(std::string commit) { return commit.empty() ? "HEAD" : commit; }

CiChange jenkins(const CiSurroundings& surroundings) {
  const std::string server = "Jenkins";
  const auto& variable = surroundings.variable;
  std::string head = or_head(variable("GIT_COMMIT"));
  if (!variable("CHANGE_ID").empty()) {
    return request(server, head, "", variable("CHANGE_TARGET"));
  }
  return push(server, head, variable("GIT_PREVIOUS_SUCCESSFUL_COMMIT"), variable("BRANCH_NAME"),
              "");
}

CiChange azure(const CiSurroundings& surroundings) {
  const std::string server = "Azure Pipelines";
  const auto& variable = surroundings.variable;
  if (variable("BUILD_REASON") == "PullRequest") {
    std::string proposed = variable("SYSTEM_PULLREQUEST_SOURCECOMMITID");
    return request(server, or_head(proposed.empty() ? variable("BUILD_SOURCEVERSION") : proposed),
                   "", branch_name(variable("SYSTEM_PULLREQUEST_TARGETBRANCH")));
  }
  return push(server, or_head(variable("BUILD_SOURCEVERSION")), "",
              branch_name(variable("BUILD_SOURCEBRANCH")), "");
}

CiChange bitbucket(const CiSurroundings& surroundings) {
  const std::string server = "Bitbucket Pipelines";
  const auto& variable = surroundings.variable;
  std::string head = or_head(variable("BITBUCKET_COMMIT"));
  if (!variable("BITBUCKET_PR_ID").empty()) {
    return request(server, head, variable("BITBUCKET_PR_DESTINATION_COMMIT"),
                   variable("BITBUCKET_PR_DESTINATION_BRANCH"));
  }
  return push(server, head, "", variable("BITBUCKET_BRANCH"), "");
}

CiChange buildkite(const CiSurroundings& surroundings) {
  const std::string server = "Buildkite";
  const auto& variable = surroundings.variable;
  std::string head = or_head(variable("BUILDKITE_COMMIT"));
  std::string number = variable("BUILDKITE_PULL_REQUEST");
  if (!number.empty() && number != "false") {
    return request(server, head, "", variable("BUILDKITE_PULL_REQUEST_BASE_BRANCH"));
  }
  return push(server, head, "", variable("BUILDKITE_BRANCH"),
              variable("BUILDKITE_PIPELINE_DEFAULT_BRANCH"));
}

}  // namespace

Result<CiChange> understand_ci(const CiSurroundings& surroundings) {
  auto is_set = [&](const char* name) { return !surroundings.variable(name).empty(); };
  auto is_true = [&](const char* name) {
    std::string value = surroundings.variable(name);
    return value == "true" || value == "True" || value == "1";
  };
  Result<CiChange> change =
      is_true("GITHUB_ACTIONS")           ? github(surroundings)
      : is_true("GITLAB_CI")              ? gitlab(surroundings)
      : is_true("TF_BUILD")               ? azure(surroundings)
      : is_set("BITBUCKET_BUILD_NUMBER")  ? bitbucket(surroundings)
      : is_true("BUILDKITE")              ? buildkite(surroundings)
      : is_true("CIRCLECI")               ? all("CircleCI", "the server tells of no base")
      : is_set("JENKINS_URL")             ? jenkins(surroundings)
      : is_true("CI") ? all("a CI server that is not known", "no base is told of")
                      : Result<CiChange>(Error{
                            "--ci: no CI server is recognised by its variables; say the change "
                            "with --range BASE..HEAD"});
  if (change && change->all_because.empty() && !change->is_nothing && change->head.empty()) {
    return Error{"--ci: " + change->server + " does not say which commit is to be scanned"};
  }
  return change;
}

}  // namespace straykey
