#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Arrows point down only: each folder of scanner/ may include what is named for it here and
# nothing else, and a third-party header stays in the room that it belongs to.
set -euo pipefail
cd "$1"
fault=0
complain() {
  echo "$1"
  fault=1
}

declare -A may=(
  [base]="base"
  [signature]="base signature"
  [git]="base git"
  [match]="base signature match"
  [source]="base git source"
  [finding]="base signature git match source finding"
  [nhi]="base signature match source finding nhi"
  [store]="base signature match source finding nhi store"
  [evidence]="base signature match source finding nhi store evidence"
  [report]="base signature match source finding nhi evidence report"
  [cli]="base signature git match source finding nhi store evidence report cli pipeline"
)
for folder in "${!may[@]}"; do
  while IFS=: read -r file line include; do
    module=${include#*scanner/}
    module=${module%%/*}
    module=${module%.h\"}
    [[ " ${may[$folder]} " == *" $module "* ]] ||
      complain "$file:$line: $folder must not include $module"
  done < <(grep -rn '#include "scanner/' "scanner/$folder" || true)
done

# header -> where it may be included
declare -A home=(
  ['<tbb/']='^scanner/(pipeline\.|git/(pack_file|delta_forest|object_graph)\.cc)'
  ['<hs.h>']='^scanner/match/'
  ['<re2/']='^scanner/match/'
  ['<git2']='^scanner/git/'
  ['<libdeflate']='^scanner/git/'
  ['<xxhash']='^scanner/match/'
  ['<sqlite3.h>']='^scanner/store/'
  ['<libpq-fe.h>']='^scanner/store/'
  ['<toml++']='^scanner/(base|signature|nhi|cli)/'
  ['<yaml-cpp']='^scanner/(signature|nhi)/'
  ['<CLI/']='^scanner/cli/'
  ['<archive']='^scanner/source/'
)
for header in "${!home[@]}"; do
  while IFS=: read -r file line _; do
    [[ $file =~ ${home[$header]} ]] || complain "$file:$line: $header does not belong here"
  done < <(grep -rnF "#include $header" scanner || true)
done
exit $fault
