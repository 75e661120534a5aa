#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The script of the GitHub Action, in the variables that GitHub documents and a checkout of one
# commit: it fetches the change, annotates, writes the job's page and SARIF, and its exit code
# is that of the scan.
source "$(dirname "$0")/common.inc"

git init -q "$t/origin" && cd "$t/origin"
printf 'token = "%s"\n' "$(secret github old)" >old.txt && commit "an old secret"
base=$(git rev-parse HEAD)
git checkout -q -b work
value=$(secret github new)
printf 'token = "%s"\n' "$value" >new.txt && commit "a new secret"
git rm -q new.txt && commit "deleted again"
head=$(git rev-parse HEAD)
git config uploadpack.allowAnySHA1InWant true
git clone -q --depth 1 --branch work "file://$t/origin" "$t/clone" && cd "$t/clone"

printf '{"pull_request":{"base":{"sha":"%s","ref":"main"},"head":{"sha":"%s"}}}' "$base" "$head" \
  >"$t/event.json"
mkdir "$t/runner"
step() {
  status env GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH="$t/event.json" \
    GITHUB_STEP_SUMMARY="$t/page.md" GITHUB_OUTPUT="$t/output" RUNNER_TEMP="$t/runner" \
    CHANGE_HEAD="$head" CHANGE_BASE="$base" "$@" \
    "$SOURCE_DIR/integrations/github-action/scan.sh"
}
step STRAYKEY="$STRAYKEY"
same "exit code" 1 "$code"
same "annotations" 1 "$(grep -c '^::error file=new.txt,line=1,' "$t/out")"
same "lines" 1 "$(wc -l <"$t/out")"
grep -q '^## straykey: 1 new finding$' "$t/page.md"
same "output" "sarif=$t/runner/straykey.sarif" "$(cat "$t/output")"
grep -q '"uri": "new.txt"' "$t/runner/straykey.sarif"
if grep -qF "$value" "$t/out" "$t/err" "$t/page.md" "$t/runner/straykey.sarif"; then exit 1; fi

step STRAYKEY="$t/not-there"
same "without the program" 2 "$code"
grep -q '^::error title=straykey::' "$t/out"

# A pull request from a fork: its commits are in no branch of this repository, the checkout has
# the merge that GitHub made and no other commit, and main went on meanwhile.
cd "$t/origin" && git checkout -q -b fork "$base"
printf 'token = "%s"\n' "$(secret github fork)" >forked.txt && commit "from a fork"
git rm -q forked.txt && commit "deleted again"
head=$(git rev-parse HEAD)
git checkout -q main && printf 'token = "%s"\n' "$(secret github later)" >later.txt && commit "main goes on"
git checkout -q --detach && git merge -q --no-edit fork
merged=$(git rev-parse HEAD)
git update-ref refs/pull/7/head "$head" && git update-ref refs/pull/7/merge "$merged"
git checkout -q main && git branch -q -D fork
git init -q "$t/fork" && cd "$t/fork" && git remote add origin "file://$t/origin"
git fetch -q --no-tags --depth=1 origin "+$merged:refs/remotes/pull/7/merge"
git checkout -q --detach refs/remotes/pull/7/merge
base=$(git -C "$t/origin" rev-parse main)
printf '{"pull_request":{"base":{"sha":"%s","ref":"main"},"head":{"sha":"%s","repo":{"fork":true}}}}' \
  "$base" "$head" >"$t/event.json"
rm "$t/output" "$t/page.md"
step STRAYKEY="$STRAYKEY"
same "a fork's pull request" "1 ::error file=forked.txt" "$code $(cut -d, -f1 "$t/out")"
same "what is said" "straykey: GitHub Actions: the change is $base..$head" \
  "$(grep -v '^1 finding ' "$t/err")"
