#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/conditions.md is what the program prints: it cannot say what is not so.
source "$(dirname "$0")/common.inc"
"$STRAYKEY" frameworks conditions --markdown | diff - "$SOURCE_DIR/docs/conditions.md"
