// SPDX-License-Identifier: Apache-2.0
// The change that a CI server was started for. Each server says it in variables of its own:
//
//   GitHub Actions   the event's JSON at GITHUB_EVENT_PATH
//                    https://docs.github.com/actions/reference/workflows-and-actions/variables
//   GitLab CI        CI_PIPELINE_SOURCE, CI_MERGE_REQUEST_*, CI_COMMIT_BEFORE_SHA
//                    https://docs.gitlab.com/ci/variables/predefined_variables/
//   Jenkins          CHANGE_TARGET, GIT_COMMIT, GIT_PREVIOUS_SUCCESSFUL_COMMIT
//                    https://www.jenkins.io/doc/book/pipeline/multibranch/
//   Azure Pipelines  SYSTEM_PULLREQUEST_*, BUILD_SOURCEVERSION
//                    https://learn.microsoft.com/azure/devops/pipelines/build/variables
//   Bitbucket        BITBUCKET_PR_DESTINATION_*, BITBUCKET_COMMIT
//                    https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
//   Buildkite        BUILDKITE_PULL_REQUEST_BASE_BRANCH, BUILDKITE_PIPELINE_DEFAULT_BRANCH
//   CircleCI         tells of no base
//
// A change is the commits of its head that its base does not have. A request to merge says its
// base; a push says what the branch was before; the first push of a branch has none, and what
// the default branch has is its base. Where a server says none of these, all is scanned.
#pragma once

#include <functional>
#include <string>

#include "scanner/base/result.h"

namespace straykey {

struct CiChange {
  std::string server = {};  // "GitHub Actions"
  // Why all is to be scanned instead of a change, a clause; "" when there is a change.
  std::string all_because = {};
  bool is_nothing = false;  // a branch was deleted
  std::string head = {};         // what names a commit
  std::string base = {};         // likewise
  std::string base_branch = {};  // what this branch of a remote has is no change either; may be ""
  bool operator==(const CiChange&) const = default;
};

struct CiSurroundings {
  std::function<std::string(const char* name)> variable;  // "" when it is not set
  std::function<Result<std::string>(const std::string& path)> read;
};

// The error is a whole sentence: there is no CI server, or what it says is damaged.
Result<CiChange> understand_ci(const CiSurroundings& surroundings);

}  // namespace straykey
