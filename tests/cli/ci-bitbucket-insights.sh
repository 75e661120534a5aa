#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# insights.sh sends a report as Bitbucket's Code Insights take it: one PUT, then a POST for each
# hundred annotations. A server of the test's own takes them down.
source "$(dirname "$0")/common.inc"
command -v curl >/dev/null || skip "curl is not installed"

mkdir "$t/files" && cd "$t/files"
for n in $(seq 101); do printf 'token = "%s"\n' "$(secret github "$n")"; done >many.txt
status "$STRAYKEY" scan . --format "bitbucket=$t/report.json"
same "exit code" 1 "$code"

python3 - "$t" <<'PYTHON' &
import http.server, json, sys
folder = sys.argv[1]
class Server(http.server.BaseHTTPRequestHandler):
    def take(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(f"{folder}/requests", "a") as log:
            size = len(body) if isinstance(body, list) else body["result"]
            log.write(f"{self.command} {self.path} {size}\n")
        self.send_response(200); self.end_headers()
    do_PUT = do_POST = take
    def log_message(self, *ignored): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Server)
open(f"{folder}/port.new", "w").write(str(server.server_port))
import os; os.rename(f"{folder}/port.new", f"{folder}/port")
server.serve_forever()
PYTHON
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$t"' EXIT
for _ in $(seq 100); do [[ -f $t/port ]] && break; sleep 0.1; done

BITBUCKET_API="http://127.0.0.1:$(cat "$t/port")/2.0" BITBUCKET_PROXY="" BITBUCKET_REPO_OWNER=org \
  BITBUCKET_REPO_SLUG=app BITBUCKET_COMMIT=abc "$SOURCE_DIR/integrations/bitbucket/insights.sh" "$t/report.json"
at=/2.0/repositories/org/app/commit/abc/reports/straykey
same "requests" "PUT $at FAILED
POST $at/annotations 100
POST $at/annotations 1" "$(cat "$t/requests")"
