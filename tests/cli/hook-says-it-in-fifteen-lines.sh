#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# However much is wrong, what a hook says fits on a screen: the first places, how many more
# there are, and what to do. Beside the secrets something could not be read, at each stage.
source "$(dirname "$0")/common.inc"
source "$(dirname "$0")/hook.inc"

# fits STOPPED: what was said is at most 15 lines, each at most 110 wide.
fits() {
  local said
  said=$(sed -n 's/^remote: //; s/ *$//; /^straykey: /,/^Bypass: \|^Beside that/p' "$t/err")
  [[ $code != 0 && $said == "straykey: $1: 30 secrets "*$'\n  and '*" more"* ]] || {
    echo "exit code $code: $said" >&2
    return 1
  }
  (($(wc -l <<<"$said") <= 15)) || { echo "more than 15 lines: $said" >&2; return 1; }
  (($(wc -L <<<"$said") <= 110)) || { echo "a line is too long: $said" >&2; return 1; }
  ! grep -qF "$(secret github 1)" "$t/err"
}

git init -q --bare "$t/bare.git" && git -C "$t/bare.git" config receive.unpackLimit 1
git init -q "$t/repo" && cd "$t/repo" && git remote add origin "$t/bare.git"
echo nothing >plain && commit first && git push -q origin main
hooks .git/hooks pre-commit pre-push
hooks "$t/bare.git/hooks" pre-receive
deep=$(printf 'a folder with a long name/%.0s' {1..8}) && mkdir -p "$deep"
for n in {1..30}; do plant "$n" "$deep/file $n"; done
git add -A
status git commit -m many && fits "commit stopped"
grep -q "^        git reset$" "$t/err"  # a path that is cut could not be copied
git commit -q --no-verify -m many
status git push origin main && fits "push stopped"
status git push --no-verify origin main && fits "push refused"
