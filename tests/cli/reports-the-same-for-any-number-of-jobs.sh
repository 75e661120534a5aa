#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The report of a folder, of a repository and of its work tree is the same, byte by byte,
# whatever --jobs says.
source "$(dirname "$0")/common.inc"

mkdir "$t/tree" && cd "$t/tree"
for folder in $(seq 24); do
  mkdir -p "a$((folder % 7))/b$folder/c"
  for file in 1 2 3 4; do
    echo "line $folder.$file" >"a$((folder % 7))/b$folder/f$file.txt"
  done
  echo "token = $(secret github "$folder")" >"a$((folder % 7))/b$folder/c/key.txt"
  ln -s nowhere "a$((folder % 7))/b$folder/link"
  echo ignored >"a$((folder % 7))/b$folder/x.log"
done
echo '*.log' >.gitignore

compare() {  # compare WHAT FOLDER
  for jobs in 1 2 8; do
    for format in json text; do
      status "$STRAYKEY" scan --reproducible --jobs "$jobs" -f "$format=$t/$jobs.$format" "$2"
      same "exit code of $1" 1 "$code"
      cmp "$t/1.$format" "$t/$jobs.$format"
    done
  done
}

compare 'a folder' .
grep -q '"symbolic link"' "$t/1.json"
python3 - "$t/1.json" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
assert len(report["findings"]) == 24, len(report["findings"])
left_out = {entry["reason"]: entry["count"] for entry in report["coverage"]["left_out"]}
assert left_out == {"symbolic link": 24, "ignored by .gitignore": 24}, left_out
PYTHON

git init -q .
compare 'untracked files' .
commit 'all of it'
echo "token = $(secret github 100)" >>a1/b1/f1.txt
compare 'a repository' .
