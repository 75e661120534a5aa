#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The files of integrations/, the manifests at the root and our scripts hold what their readers
# ask for: actionlint, shellcheck, and the schemas of GitLab, Azure, Bitbucket and GitHub (those
# that check-jsonschema brings) judge where they are here and are named where they are not; what
# needs no judge is always checked.
source "$(dirname "$0")/common.inc"
cd "$SOURCE_DIR"

# What pip installs for a hook is the version that is built.
version=$("$STRAYKEY" --version | sed -n 's/^straykey //p')
same "the version in pyproject.toml" "$version" "$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)"
same "the wheel in pyproject.toml" "straykey==$version" \
  "$(sed -n 's/^dependencies = \["\(.*\)"\]/\1/p' pyproject.toml)"

mapfile -t scripts < <(find integrations tests .ci run -name '*.sh' -o -name '*.inc' -o -name run -type f)
if command -v shellcheck >"$t/out"; then
  for script in "${scripts[@]}"; do
    # set -e is on, tests share variables by sourcing, and what is sourced has no first line.
    (cd "$(dirname "$script")" && shellcheck --severity warning --external-sources --shell bash \
      --exclude SC2164,SC2154,SC2034,SC2148 "$(basename "$script")")
  done
  shellcheck --severity warning --shell sh integrations/husky/*
else
  echo "passed over: shellcheck is not here"
  for script in "${scripts[@]}"; do bash -n "$script"; done
fi

# `set -e` does not see a line that '!' turns round: it could not fail.
if grep -nE '^! ' tests/cli/*.sh; then exit 1; fi

actionlint=$SOURCE_DIR/build/tools/actionlint
if [[ -x $actionlint ]]; then
  # actionlint reads an action with the workflow that uses it: one with each input and the output.
  git init -q "$t/repo" && mkdir -p "$t/repo/.github/workflows" "$t/repo/integrations"
  cp -r integrations/github-action "$t/repo/integrations/"
  cat >"$t/repo/.github/workflows/secrets.yml" <<'WORKFLOW'
on: [push, pull_request, merge_group]
permissions:
  contents: read
  security-events: write
jobs:
  secrets:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: straykey
        uses: ./integrations/github-action
        with:
          program: straykey
          upload-sarif: "true"
      - if: always()
        env:
          SARIF: ${{ steps.straykey.outputs.sarif }}
        run: test -f "$SARIF"
WORKFLOW
  (cd "$t/repo" && "$actionlint")
  # It does read the action: an output that is not there is not accepted.
  sed -i 's/outputs.sarif/outputs.nothing/' "$t/repo/.github/workflows/secrets.yml"
  status env -C "$t/repo" "$actionlint" && same "actionlint on a wrong output" 1 "$code"
else
  echo "passed over: actionlint is not in build/tools (./run test --all installs it)"
fi

python3 - "$t" <<'PYTHON'
import glob, json, re, sys
json.load(open("integrations/problem-matcher.json"))
for path in glob.glob("integrations/packaging/npm/*.json"):
    assert "scripts" not in json.load(open(path)), f"{path}: nothing may run when it is installed"
try:
    import yaml
except ImportError:
    sys.exit(print("passed over: python3-yaml is not installed"))
for path in (*glob.glob("integrations/**/*.yml", recursive=True), ".pre-commit-hooks.yaml"):
    assert list(yaml.safe_load_all(open(path))), path

# A component: https://docs.gitlab.com/ci/components/ and the keywords of a job.
header, jobs = yaml.safe_load_all(open("integrations/gitlab-ci/templates/secret-scan.yml"))
inputs = header["spec"]["inputs"]
assert set(inputs) == set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", yaml.safe_dump(jobs, width=1000)))
assert all(set(i) <= {"default", "description", "options", "regex", "type"} for i in inputs.values())
for job in jobs.values():
    assert {"script", "stage", "image"} <= set(job), job.keys()
    assert set(job) <= {"stage", "image", "variables", "rules", "script", "artifacts", "before_script"}
    assert all(set(r) <= {"if", "when", "changes", "exists", "variables"} for r in job["rules"])
    reports = job["artifacts"]["reports"]
    assert set(reports) == {"secret_detection", "codequality"}
    assert all(any(f"={file}" in line for line in job["script"]) for file in reports.values())

hooks = yaml.safe_load(open(".pre-commit-hooks.yaml"))
assert len({h["id"] for h in hooks}) == len(hooks) == 4
assert {h["language"] for h in hooks} == {"system", "python"}

# The job of the component as GitLab reads it, for its schema.
for name, value in inputs.items():
    text = yaml.safe_dump(jobs, sort_keys=False, width=1000)
    jobs = yaml.safe_load(text.replace(f"$[[ inputs.{name} ]]", value.get("default", "given")))
yaml.safe_dump(jobs, open(f"{sys.argv[1]}/gitlab-ci.yml", "w"))
PYTHON

judge=$SOURCE_DIR/build/tools/python/bin/check-jsonschema
if [[ -x $judge ]]; then
  # fits SCHEMA FILE WORD [OPTION...]: the file fits, and does not when it has another word there.
  fits() {
    local options=(--builtin-schema "vendor.$1" "${@:4}")
    "$judge" "${options[@]}" "$2" >"$t/out" 2>&1 || { cat "$t/out"; return 1; }
    sed "s/$3:/not-$3:/" "$2" >"$t/wrong.yml"
    status "$judge" "${options[@]}" "$t/wrong.yml" && same "$2 without $3" 1 "$code"
  }
  fits azure-pipelines integrations/azure-devops/azure-pipelines.yml inputs --data-transform azure-pipelines
  fits bitbucket-pipelines integrations/bitbucket/bitbucket-pipelines.yml step
  fits github-actions integrations/github-action/action.yml runs
  [[ ! -f $t/gitlab-ci.yml ]] || fits gitlab-ci "$t/gitlab-ci.yml" artifacts
else
  echo "passed over: check-jsonschema is not in build/tools (./run test --all installs it)"
fi
