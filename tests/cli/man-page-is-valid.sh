# SPDX-License-Identifier: Apache-2.0
# The manual page is roff that nothing complains about, and names every verb and option.
set -euo pipefail
: "${STRAYKEY:?is the program under test}"
command -v groff >&2 || { echo "skipped: no groff"; exit 77; }
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

"$STRAYKEY" man >"$t/straykey.1"
groff -man -Tascii -P-cbou -ww -rHY=0 -rLL=200n "$t/straykey.1" >"$t/page" 2>"$t/warnings"
[[ ! -s $t/warnings ]] || { cat "$t/warnings"; exit 1; }

for section in NAME SYNOPSIS VERBS "EXIT STATUS" CONFIGURATION ENVIRONMENT FILES; do
  grep -q "^$section" "$t/page" || { echo "no section $section"; exit 1; }
done
"$STRAYKEY" scan --help-all | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+' |
  while read -r option; do
    grep -qe "$option\b" "$t/page" || { echo "no option $option"; exit 1; }
  done
# A line is a verb and what it does, or a word, a subject, and the words that make it a verb.
"$STRAYKEY" -h | sed -n 's/^  \([a-z ]*[a-z]\)  *  \(.*\)/\1|\2/p' |
  while IFS='|' read -r first rest; do
    if [[ $rest =~ ^[A-Z][a-z\ ]*:\ ([a-z]+(,\ [a-z]+)+)$ ]]; then
      for second in ${BASH_REMATCH[1]//,/ }; do echo "$first $second"; done
    else
      echo "$first"
    fi
  done >"$t/verbs"
[[ $(wc -l <"$t/verbs") -ge 17 ]]
while read -r verb; do
  grep -q "straykey $verb" "$t/page" || { echo "no verb $verb"; exit 1; }
done <"$t/verbs"
