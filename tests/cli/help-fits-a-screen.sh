# SPDX-License-Identifier: Apache-2.0
# 24 lines of 80 columns: what -h prints is seen at once on any terminal.
set -euo pipefail
: "${STRAYKEY:?is the program under test}"

check() {
  local text
  text=$("$STRAYKEY" "$@" </dev/null)
  awk -v what="straykey $*" '
    length($0) > 80 { print what ": line " NR " is wider than 80 columns"; bad = 1 }
    END { if (NR > 24) { print what ": " NR " lines"; bad = 1 }; exit bad }' <<<"$text"
}

check -h
check scan -h
check baseline create -h
check signatures explain --help
check config show -h
grep -q -e --help-all <<<"$("$STRAYKEY" scan -h)"
grep -q -e --git-reader <<<"$("$STRAYKEY" scan --help-all)"

# Without a verb the help is an answer to a mistake: not on standard output.
code=0
out=$("$STRAYKEY" 2>/dev/null) || code=$?
[[ $code == 2 && -z $out ]]
