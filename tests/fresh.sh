#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The promise of the README's first lines, on a machine that has nothing: in a minimal
# Debian 12 with git, from a clean clone, `./run scan .` and `./run test` work as root, and
# `./run scan .` works as a user with sudo. A second call starts within a second.
#
# fresh.sh PROJECT   needs root and debootstrap; skipped (77) where these are not.
set -euo pipefail
project=$1
source "$(dirname "$0")/support/root_folder.inc"
skip_without_roots fresh

echo "fresh: making a minimal Debian 12"
make_root fresh bookworm git
root=$root_fresh

# A scan ends with 0 (nothing found) when all went well; the tree holds no secret.
git clone -q --no-hardlinks "$project" "$root/root/straykey"
echo "fresh: ./run scan . as root"
inside fresh bash -c 'cd /root/straykey && ./run scan .'
echo "fresh: ./run scan . again, to the start of the program"
start=$(date +%s%N)
inside fresh bash -c 'cd /root/straykey && ./run scan --help >/dev/null'
echo "fresh: a second call took $((($(date +%s%N) - start) / 1000000)) ms"
echo "fresh: ./run test as root"
inside fresh bash -c 'cd /root/straykey && ./run test'

echo "fresh: ./run scan . as a user with sudo"
inside fresh bash -c 'apt-get install -y -qq --no-install-recommends sudo >/dev/null &&
  useradd -m dev && echo "dev ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/dev &&
  apt-get purge -y -qq libre2-dev >/dev/null'
git clone -q --no-hardlinks "$project" "$root/home/dev/straykey"
inside fresh chown -R dev:dev /home/dev/straykey
inside fresh su dev -c 'cd ~/straykey && ./run scan .'
echo "fresh: all is well"
