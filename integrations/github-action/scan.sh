#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The step of action.yml: fetches what the checkout lacks of the change, scans it, and writes
# annotations to the log, a summary to the job's page and SARIF for the step after it. It takes
# no token: what the checkout left in the clone is all that it uses. Its exit code is straykey's.
set -euo pipefail
straykey=${STRAYKEY:-straykey}
command -v "$straykey" >/dev/null || {
  echo "::error title=straykey::the program '$straykey' is not there; install it in an earlier step"
  exit 2
}
if [[ -n ${CHANGE_HEAD:-} && -n ${CHANGE_BASE:-} && ! $CHANGE_BASE =~ ^0+$ ]]; then
  "$(dirname "${BASH_SOURCE[0]}")/../fetch-change.sh" "$CHANGE_HEAD" "$CHANGE_BASE"
fi
sarif=${SARIF_FILE:-${RUNNER_TEMP:?}/straykey.sarif}
page=$RUNNER_TEMP/straykey-summary.md
rm -f "$sarif" "$page"
code=0
"$straykey" scan --ci --no-progress --format github --format "sarif=$sarif" \
  --format "markdown=$page" || code=$?
if [[ -f $page ]]; then cat "$page" >>"$GITHUB_STEP_SUMMARY"; fi
if [[ -f $sarif ]]; then echo "sarif=$sarif" >>"$GITHUB_OUTPUT"; fi
exit "$code"
