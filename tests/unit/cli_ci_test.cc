// SPDX-License-Identifier: Apache-2.0
// The variables are those that each server documents, see scanner/cli/ci.h.
#include <gtest/gtest.h>

#include <map>

#include "scanner/cli/ci.h"

namespace straykey {
namespace {

const std::string kZeros(40, '0');

using Variables = std::map<std::string, std::string>;

Result<CiChange> under(const Variables& variables, const std::string& event = "") {
  CiSurroundings surroundings;
  surroundings.variable = [&](const char* name) {
    auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  surroundings.read = [&](const std::string&) { return Result<std::string>(event); };
  return understand_ci(surroundings);
}

Result<CiChange> github(const std::string& name, const std::string& event) {
  return under({{"CI", "true"},
                {"GITHUB_ACTIONS", "true"},
                {"GITHUB_EVENT_NAME", name},
                {"GITHUB_EVENT_PATH", "/event.json"}},
               event);
}

CiChange change(const std::string& server, const std::string& head, const std::string& base,
                const std::string& branch) {
  return {.server = server, .head = head, .base = base, .base_branch = branch};
}

TEST(Ci, GitHubTellsOfRequestsInItsEvent) {
  const char* event = R"({"pull_request":{"base":{"sha":"b1","ref":"main"},"head":{"sha":"h1"}}})";
  EXPECT_EQ(*github("pull_request", event), change("GitHub Actions", "h1", "b1", "main"));
  EXPECT_EQ(*github("pull_request_target", event), change("GitHub Actions", "h1", "b1", "main"));
  const char* queue =
      R"({"merge_group":{"base_sha":"b1","head_sha":"h1","base_ref":"refs/heads/main"}})";
  EXPECT_EQ(*github("merge_group", queue), change("GitHub Actions", "h1", "b1", "main"));
}

TEST(Ci, GitHubTellsOfPushesInItsEvent) {
  auto event = [](const std::string& ref, const std::string& before, const std::string& after,
                  const char* forced) {
    return R"({"ref":"refs/heads/)" + ref + R"(","before":")" + before + R"(","after":")" + after +
           R"(","forced":)" + forced + R"(,"repository":{"default_branch":"main"}})";
  };
  EXPECT_EQ(*github("push", event("work", "b1", "h1", "false")),
            change("GitHub Actions", "h1", "b1", ""));
  CiChange first = change("GitHub Actions", "h1", "refs/remotes/origin/main", "main");
  EXPECT_EQ(*github("push", event("work", kZeros, "h1", "false")), first);
  EXPECT_EQ(*github("push", event("work", "gone", "h1", "true")), first);
  EXPECT_EQ(github("push", event("main", kZeros, "h1", "false"))->all_because,
            "it is the default branch, and all of it is new");
  EXPECT_TRUE(github("push", event("work", "b1", kZeros, "false"))->is_nothing);
}

TEST(Ci, GitHubEventsAboutNoChangeScanAll) {
  EXPECT_EQ(github("schedule", "{}")->all_because, "the event 'schedule' is about no change");
}

TEST(Ci, DamagedEventsAreErrors) {
  EXPECT_EQ(github("push", "{").error().message, "/event.json: is not the JSON of an event");
  EXPECT_EQ(github("pull_request", R"({"pull_request":{"base":{"sha":"b1"}}})").error().message,
            "--ci: GitHub Actions does not say which commit is to be scanned");
}

TEST(Ci, GitLabTellsInVariables) {
  Variables request = {{"GITLAB_CI", "true"},
                       {"CI_PIPELINE_SOURCE", "merge_request_event"},
                       {"CI_COMMIT_SHA", "h1"},
                       {"CI_MERGE_REQUEST_DIFF_BASE_SHA", "b1"},
                       {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"}};
  EXPECT_EQ(*under(request), change("GitLab CI", "h1", "b1", "main"));
  request["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] = "h0";  // h1 is then a merge by GitLab
  EXPECT_EQ(*under(request), change("GitLab CI", "h0", "b1", "main"));
  Variables push = {{"GITLAB_CI", "true"},          {"CI_PIPELINE_SOURCE", "push"},
                    {"CI_COMMIT_SHA", "h1"},        {"CI_COMMIT_BEFORE_SHA", "b1"},
                    {"CI_COMMIT_BRANCH", "work"},   {"CI_DEFAULT_BRANCH", "main"}};
  EXPECT_EQ(*under(push), change("GitLab CI", "h1", "b1", ""));
  push["CI_COMMIT_BEFORE_SHA"] = kZeros;
  EXPECT_EQ(*under(push), change("GitLab CI", "h1", "refs/remotes/origin/main", "main"));
  push["CI_PIPELINE_SOURCE"] = "schedule";
  EXPECT_EQ(under(push)->all_because, "a pipeline of 'schedule' is about no change");
}

TEST(Ci, JenkinsTellsInVariables) {
  EXPECT_EQ(*under({{"JENKINS_URL", "http://j"},
                    {"CHANGE_ID", "7"},
                    {"CHANGE_TARGET", "main"},
                    {"GIT_COMMIT", "h1"}}),
            change("Jenkins", "h1", "refs/remotes/origin/main", "main"));
  EXPECT_EQ(*under({{"JENKINS_URL", "http://j"},
                    {"BRANCH_NAME", "work"},
                    {"GIT_COMMIT", "h1"},
                    {"GIT_PREVIOUS_SUCCESSFUL_COMMIT", "b1"}}),
            change("Jenkins", "h1", "b1", ""));
}

TEST(Ci, AzureTellsInVariables) {
  EXPECT_EQ(*under({{"TF_BUILD", "True"},
                    {"BUILD_REASON", "PullRequest"},
                    {"BUILD_SOURCEVERSION", "merge"},
                    {"SYSTEM_PULLREQUEST_SOURCECOMMITID", "h1"},
                    {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"}}),
            change("Azure Pipelines", "h1", "refs/remotes/origin/main", "main"));
  EXPECT_EQ(under({{"TF_BUILD", "True"}, {"BUILD_REASON", "IndividualCI"}})->all_because,
            "the server does not say what the branch was before");
}

TEST(Ci, BitbucketAndBuildkiteTellInVariables) {
  EXPECT_EQ(*under({{"BITBUCKET_BUILD_NUMBER", "3"},
                    {"BITBUCKET_PR_ID", "1"},
                    {"BITBUCKET_COMMIT", "h1"},
                    {"BITBUCKET_PR_DESTINATION_COMMIT", "b1"},
                    {"BITBUCKET_PR_DESTINATION_BRANCH", "main"}}),
            change("Bitbucket Pipelines", "h1", "b1", "main"));
  Variables buildkite = {{"BUILDKITE", "true"},
                         {"BUILDKITE_PULL_REQUEST", "5"},
                         {"BUILDKITE_PULL_REQUEST_BASE_BRANCH", "release"},
                         {"BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"},
                         {"BUILDKITE_BRANCH", "work"},
                         {"BUILDKITE_COMMIT", "h1"}};
  EXPECT_EQ(*under(buildkite), change("Buildkite", "h1", "refs/remotes/origin/release", "release"));
  buildkite["BUILDKITE_PULL_REQUEST"] = "false";
  EXPECT_EQ(*under(buildkite), change("Buildkite", "h1", "refs/remotes/origin/main", "main"));
}

TEST(Ci, ServersThatTellOfNoBaseScanAllAndNoServerIsAnError) {
  EXPECT_EQ(under({{"CI", "true"}, {"CIRCLECI", "true"}})->server, "CircleCI");
  EXPECT_EQ(under({{"CI", "true"}})->all_because, "no base is told of");
  EXPECT_EQ(under({}).error().message,
            "--ci: no CI server is recognised by its variables; say the change with --range "
            "BASE..HEAD");
}

}  // namespace
}  // namespace straykey
