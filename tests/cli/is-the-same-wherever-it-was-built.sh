#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program holds no path of the folder that it was built in, so that two builds can give the
# same bytes; tests/packages.sh compares these. A build for debugging does hold paths.
source "$(dirname "$0")/common.inc"
if grep -q debug_info <<<"$(objdump -h "$STRAYKEY")"; then skip "this build is for debugging"; fi
cd "$SOURCE_DIR"
for name in "$SOURCE_DIR/" ../scanner/ scanner/{match,base,evidence,cli}/[a-z]; do
  if grep -aoE -m 1 "${name}[a-z_/]*\.(cc|h)" "$STRAYKEY"; then
    echo "the program holds a path of its sources" >&2
    exit 1
  fi
done
