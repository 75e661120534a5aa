# SPDX-License-Identifier: Apache-2.0
# What --help-all names can be completed in every shell, and bash really does complete it.
set -euo pipefail
: "${STRAYKEY:?is the program under test}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

for shell in bash zsh fish; do
  "$STRAYKEY" completions $shell >"$t/$shell"
  if command -v $shell >"$t/where"; then $shell -n "$t/$shell"; fi
done
"$STRAYKEY" scan --help-all | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+' \
  >"$t/options"
[[ $(wc -l <"$t/options") -gt 30 ]]
while read -r option; do
  for shell in bash zsh; do
    grep -qe "$option\b" "$t/$shell" || { echo "$shell: $option"; exit 1; }
  done
  grep -qe "-l ${option#--} " "$t/fish" || { echo "fish: $option"; exit 1; }
done <"$t/options"

# COMPREPLY for the words of a line, the last one being typed.
complete_line() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _straykey
  echo "${COMPREPLY[*]-}"
}
source "$t/bash"
[[ $(complete_line straykey ba) == baseline ]]
[[ $(complete_line straykey baseline "") == "create apply import --help" ]]
[[ $(complete_line straykey scan --form) == --format ]]
[[ $(complete_line straykey scan --format = s) == sarif ]]
[[ $(complete_line straykey scan --color "") == "auto always never" ]]
[[ $(complete_line straykey completions z) == zsh ]]
[[ -z $(complete_line straykey scan src) ]]  # files, by bash itself
