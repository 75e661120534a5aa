#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The promise of the README's first lines, on a machine that has nothing: in a minimal
# Debian 12 with git, from a clean clone, `./run scan .` and `./run test` work as root, and
# `./run scan .` works as a user with sudo. A second call starts within a second.
#
# fresh.sh PROJECT   needs root and debootstrap; skipped (77) where these are not.
set -euo pipefail
project=$1
((EUID == 0)) || { echo "fresh: skipped, needs root to make a root folder"; exit 77; }
command -v debootstrap >/dev/null || { echo "fresh: skipped, debootstrap is not here"; exit 77; }

root=$(mktemp -d /var/tmp/straykey-fresh-XXXXXX)
chmod 755 "$root"  # it is "/" to whoever is inside
cleanup() {
  for mount in dev/shm dev proc sys; do
    mountpoint -q "$root/$mount" && umount -l "$root/$mount"
  done
  rm -rf --one-file-system "$root"
}
trap cleanup EXIT

# The packages come from where this machine gets its own.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -1)
echo "fresh: making a minimal Debian 12"
debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror" \
  >"$root.log" 2>&1 || { tail -20 "$root.log"; echo "fresh: debootstrap failed"; exit 1; }
rm -f "$root.log"
cp /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || true
cp /etc/apt/sources.list.d/* "$root/etc/apt/sources.list.d/" 2>/dev/null || true
grep -l '^Acquire' /etc/apt/apt.conf.d/* 2>/dev/null |
  xargs -r -I{} cp {} "$root/etc/apt/apt.conf.d/" || true
cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm"

inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    chroot "$root" "$@"
}
inside update-ca-certificates >/dev/null 2>&1 || true

# A scan ends with 0 (nothing found) when all went well; the tree holds no secret.
git clone -q --no-hardlinks "$project" "$root/root/straykey"
echo "fresh: ./run scan . as root"
inside bash -c 'cd /root/straykey && ./run scan .'
echo "fresh: ./run scan . again, to the start of the program"
start=$(date +%s%N)
inside bash -c 'cd /root/straykey && ./run scan --help >/dev/null'
echo "fresh: a second call took $((($(date +%s%N) - start) / 1000000)) ms"
echo "fresh: ./run test as root"
inside bash -c 'cd /root/straykey && ./run test'

echo "fresh: ./run scan . as a user with sudo"
inside bash -c 'apt-get install -y -qq --no-install-recommends sudo >/dev/null &&
  useradd -m dev && echo "dev ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/dev &&
  apt-get purge -y -qq libre2-dev >/dev/null'
git clone -q --no-hardlinks "$project" "$root/home/dev/straykey"
inside chown -R dev:dev /home/dev/straykey
inside su dev -c 'cd ~/straykey && ./run scan .'
echo "fresh: all is well"
