#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The commands of the pipelines of integrations/, word by word, under the variables that each
# server documents: the change stops the job, and the files that the server is told of are
# there, with the new secret and not with the old one.
source "$(dirname "$0")/common.inc"
python3 -c 'import yaml' 2>"$t/err" || skip "python3-yaml is not installed"

git init -q "$t/origin" && cd "$t/origin"
plant_in() { printf 'token = "%s"\n' "$(secret github "$1")" >"$1.txt"; }
plant_in old && commit "an old secret"
base=$(git rev-parse HEAD)
git checkout -q -b work && plant_in new && commit "a new secret"
head=$(git rev-parse HEAD)
mkdir "$t/bin" && ln -s "$STRAYKEY" "$t/bin/straykey"

# A file of commands for each server, as its runner would make one.
python3 - "$SOURCE_DIR/integrations" "$t" <<'PYTHON'
import re, sys, yaml
folder, out = sys.argv[1:]
def write(server, lines):
    open(f"{out}/{server}.commands", "w").write("set -e\n" + "\n".join(lines) + "\n")

header, jobs = yaml.safe_load_all(open(f"{folder}/gitlab-ci/templates/secret-scan.yml"))
defaults = {name: value.get("default", "") for name, value in header["spec"]["inputs"].items()}
(job,) = jobs.values()
write("gitlab", [re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda m: defaults[m[1]], line) for line in job["script"]])

azure = yaml.safe_load(open(f"{folder}/azure-devops/azure-pipelines.yml"))
write("azure", [s["script"].replace("$(Build.ArtifactStagingDirectory)", "$BUILD_ARTIFACTSTAGINGDIRECTORY")
                for s in azure["steps"] if "script" in s])

bitbucket = yaml.safe_load(open(f"{folder}/bitbucket/bitbucket-pipelines.yml"))
write("bitbucket", bitbucket["pipelines"]["pull-requests"]["**"][0]["step"]["script"])

write("jenkins", re.findall(r"^ *sh '(.*)'$", open(f"{folder}/jenkins/Jenkinsfile").read(), re.M))
PYTHON

# job SERVER FILES VARIABLE=VALUE...: in a clone of its own, with nothing but these variables.
job() {
  local server=$1 files=$2 file
  shift 2
  git clone -q "file://$t/origin" "$t/$server" && cd "$t/$server"
  status env -i PATH="$t/bin:$PATH" HOME="$HOME" XDG_CACHE_HOME="$XDG_CACHE_HOME" LC_ALL=C.UTF-8 "$@" \
    sh "$t/$server.commands"
  same "$server: exit code" 1 "$code"
  for file in $files; do
    grep -q 'new\.txt' "$file"
    if grep -q 'old\.txt' "$file"; then exit 1; fi
  done
  same "$server: no other files" "$(tr ' ' '\n' <<<"$files" | grep -v / | sort)" \
    "$(git status --porcelain | cut -c 4- | sort)"
}

job gitlab "gl-code-quality-report.json gl-secret-detection-report.json" \
  GITLAB_CI=true CI=true CI_PIPELINE_SOURCE=merge_request_event CI_COMMIT_SHA="$head" \
  CI_MERGE_REQUEST_DIFF_BASE_SHA="$base" CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main
mkdir "$t/staging"
job azure "$t/staging/straykey.sarif $t/staging/straykey.xml" TF_BUILD=True BUILD_REASON=PullRequest \
  BUILD_ARTIFACTSTAGINGDIRECTORY="$t/staging" SYSTEM_PULLREQUEST_SOURCECOMMITID="$head" \
  SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main
job bitbucket straykey.json CI=true BITBUCKET_BUILD_NUMBER=3 BITBUCKET_PR_ID=1 BITBUCKET_COMMIT="$head" \
  BITBUCKET_PR_DESTINATION_COMMIT="$base" BITBUCKET_PR_DESTINATION_BRANCH=main
job jenkins "straykey.sarif straykey.xml" JENKINS_URL=http://jenkins.test/ CHANGE_ID=7 \
  CHANGE_TARGET=main GIT_COMMIT="$head"
