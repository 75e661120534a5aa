#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# insights.sh REPORT.json: sends a report of '--format bitbucket' to Code Insights of the commit
# that the pipeline runs for. Pipelines have a proxy that signs the requests, so no token is
# needed: https://support.atlassian.com/bitbucket-cloud/docs/code-insights/
set -euo pipefail
report=$1
api=${BITBUCKET_API:-http://api.bitbucket.org/2.0}
proxy=${BITBUCKET_PROXY-http://localhost:29418}
at="$api/repositories/${BITBUCKET_REPO_OWNER:?}/${BITBUCKET_REPO_SLUG:?}/commit/${BITBUCKET_COMMIT:?}/reports/straykey"

# part PATH...: the bytes at this path of the report.
part() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key) if isinstance(value, list) else key]
print(json.dumps(value) if isinstance(value, (dict, list)) else value)' "$report" "$@"
}

send() {  # send METHOD URL, the body on standard input
  curl --silent --show-error --fail --output /dev/null --proxy "$proxy" --request "$1" \
    --header 'Content-Type: application/json' --data-binary @- "$2"
}

part report | send PUT "$at"
requests=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["annotations"]))' "$report")
for ((i = 0; i < requests; i++)); do
  part annotations "$i" | send POST "$at/annotations"
done
