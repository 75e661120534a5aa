#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fetch-change.sh HEAD BASE: brings the commits from BASE to HEAD into a shallow clone, in
# growing steps, and all of history when these do not reach. Both are names of commits that the
# remote "origin" gives out. What cannot be fetched is said and is no error here: the scan that
# follows finds out what is missing, and is then incomplete.
set -euo pipefail
head=$1 base=$2
[[ $(git rev-parse --is-shallow-repository) == true ]] || exit 0

# Whether every commit of the change is here, and none of them is one where history was cut.
is_whole() {
  local change cut
  cut=$(git rev-parse --git-path shallow)
  [[ -f $cut ]] || cut=/dev/null
  git cat-file -e "$head^{commit}" 2>/dev/null && git cat-file -e "$base^{commit}" 2>/dev/null &&
    change=$(git rev-list "$head" "^$base") &&
    ! grep -qxFf "$cut" <<<"$change"
}

for depth in 50 500 5000; do
  ! is_whole || exit 0
  git fetch --quiet --no-tags --depth="$depth" origin "$head" "$base" || break
done
is_whole || git fetch --quiet --no-tags --unshallow origin ||
  echo "fetch-change.sh: the history from $base to $head could not be fetched" >&2
