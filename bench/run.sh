#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `./run bench` runs, see README.md beside this file:
#
#   bench/run.sh PROJECT [--runs N] [--many-packs N] [--one-pack] [[NAME=]REPOSITORY...]
#
# Prints markdown. $STRAYKEY is another program to measure than the release build's, with
# bench_micro and read_files beside it.
set -euo pipefail
project=$1
shift
# Repositories and how they are packed are for history.py alone.
history=("$@")
runs=()
while (($#)); do
  [[ $1 != --runs ]] || runs=("$1" "$2")
  shift
done
set -- "${runs[@]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One program for all of the run, also when somebody builds meanwhile.
straykey=${STRAYKEY:-$project/build/release/straykey}
cp "$straykey" "$(dirname "$straykey")"/{bench_micro,read_files} "$work"

cp "$(dirname "$straykey")/bench_decode" "$work"

model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
commit=$(git -C "$project" rev-parse --short HEAD)
git -C "$project" diff --quiet HEAD -- CMakeLists.txt scanner signatures || commit+=-changed
echo "## $(date -u +%Y-%m-%d), $commit"
echo
echo "* machine: ${model:-unknown}, $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)" \
  "at the start; $(uname -sr | cut -d- -f1)"
echo "* $(git --version), $("$work/straykey" --version | head -n 1)"

python3 "$project/bench/growth.py" "$work/straykey" "$@"
python3 "$project/bench/history.py" "$work/straykey" "$work/bench_decode" "${history[@]}"

echo
echo "### Parts, one thread"
echo
python3 "$project/bench/micro.py" "$work/bench_micro"
python3 "$project/bench/whole.py" "$work/straykey" "$work/read_files" "$@"
